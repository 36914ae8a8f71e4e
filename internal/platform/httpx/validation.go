package httpx

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/zongler/zongler/internal/errs"
)

// Bounds on what an answer repeats of a client's input.
const (
	maxFieldPath = 200
	idPhrase     = "an identifier"
)

// rule turns a sentence of huma's validator into one of our codes. The
// sentence is cut at its first hole; what follows is the value that fills ours.
type rule struct {
	sentence string
	code     string
	hole     string
}

// rules are tried in order, so a longer beginning stands before a shorter one.
func rules() []rule {
	return []rule{
		{validation.MsgUnexpectedProperty, "unknown", ""},
		{"unknown query parameter", "unknown", ""},
		{validation.MsgExpectedRFC3339DateTime, "format.date_time", ""},
		{validation.MsgExpectedRFC1123DateTime, "format.date_time", ""},
		{"invalid date/time for format ", "format.date_time", ""},
		{validation.MsgExpectedRFC3339Date, "format.date", ""},
		{validation.MsgExpectedRFC3339Time, "format.time", ""},
		{validation.MsgExpectedRFC5322Email, "format.email", ""},
		{validation.MsgExpectedRFC5890Hostname, "format.hostname", ""},
		{validation.MsgExpectedRFC3986URI, "format.uri", ""},
		{validation.MsgExpectedDuration, "format.duration", ""},
		{"expected string to be " + idPhrase, "format.id", ""},
		{validation.MsgExpectedOneOf, "one_of", "allowed"},
		{validation.MsgExpectedBoolean, "type.boolean", ""},
		{"invalid boolean", "type.boolean", ""},
		{validation.MsgExpectedMinimumNumber, "number.min", "min"},
		{validation.MsgExpectedMaximumNumber, "number.max", "max"},
		{validation.MsgExpectedExclusiveMinimumNumber, "number.above", "min"},
		{validation.MsgExpectedExclusiveMaximumNumber, "number.below", "max"},
		{validation.MsgExpectedNumberBeMultipleOf, "number.step", "step"},
		{validation.MsgExpectedInteger, "type.integer", ""},
		{"invalid integer", "type.integer", ""},
		{validation.MsgExpectedNumber, "type.number", ""},
		{"invalid float", "type.number", ""},
		{validation.MsgExpectedArray, "type.list", ""},
		{validation.MsgExpectedMinItems, "items.min", "min"},
		{validation.MsgExpectedMaxItems, "items.max", "max"},
		{validation.MsgExpectedArrayItemsUnique, "items.unique", ""},
		{validation.MsgExpectedMinLength, "length.min", "min"},
		{validation.MsgExpectedMaxLength, "length.max", "max"},
		{validation.MsgExpectedObject, "type.object", ""},
		{"required ", "required", ""},
		{"File required", "required", ""},
		{"At least one file is required", "required", ""},
		{"expected string to", "format.text", ""},
		{validation.MsgExpectedString, "type.string", ""},
		{"cannot read multipart form", "malformed", ""},
	}
}

// fieldOf says in our words what huma's validator found wrong with one field.
func fieldOf(d *huma.ErrorDetail) errs.Field {
	if name, ok := missing(d.Message); ok {
		return errs.Field{Path: pathOf(d.Location + "." + name), Code: "required"}
	}
	for _, r := range rules() {
		head, _, _ := strings.Cut(r.sentence, "%")
		if !strings.HasPrefix(d.Message, head) {
			continue
		}
		field := errs.Field{Path: pathOf(d.Location), Code: r.code}
		if r.hole != "" {
			value := strings.TrimSuffix(strings.TrimPrefix(d.Message, head), `"`)
			field.Values = errs.Values{r.hole: value}
		}
		return field
	}
	return errs.Field{Path: pathOf(d.Location), Code: "malformed"}
}

// missing returns the name of the property that a message says is missing.
func missing(message string) (string, bool) {
	head, tail, _ := strings.Cut(validation.MsgExpectedRequiredProperty, "%s")
	rest, ok := strings.CutPrefix(message, head)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, tail)
}

// pathOf names a field as the client sent it: fields of the body without their
// prefix, parameters with the place where they stand (query.limit).
func pathOf(location string) string {
	path := strings.TrimPrefix(strings.TrimPrefix(location, "body."), ".")
	if len(path) > maxFieldPath {
		path = strings.ToValidUTF8(path[:maxFieldPath], "")
	}
	return path
}

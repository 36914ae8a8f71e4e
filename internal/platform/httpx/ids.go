package httpx

import (
	"maps"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/zongler/zongler/internal/id"
)

// maxIDs bounds a list of keys in a query.
const maxIDs = 100

// idPattern is the text form of a key; empty means none. Its length is checked beside
// it: counted in the pattern, each of the hundreds of places that name a key would
// keep a program of 40 kB.
const (
	idPattern = `^([1-9][0-9]*)?$`
	idDigits  = 19
)

// idText stands for every key type in the document: a decimal string, because
// JavaScript loses integers above 2^53.
type idText string

// Schema describes the text form of a key.
func (idText) Schema(huma.Registry) *huma.Schema {
	digits := idDigits
	return &huma.Schema{Type: huma.TypeString, MaxLength: &digits, Pattern: idPattern, PatternDescription: idPhrase, Examples: []any{"118911223344556677"}}
}

// IDs is a list of keys in a query parameter: queue=12,13.
type IDs[T ~int64] struct{ List []T }

// UnmarshalText reads keys parted by commas.
func (l *IDs[T]) UnmarshalText(text []byte) error {
	parts := strings.Split(string(text), ",")
	if len(parts) > maxIDs {
		return id.ErrMalformed
	}
	for _, part := range parts {
		key, err := id.Parse[T](strings.TrimSpace(part))
		if err != nil {
			return err
		}
		l.List = append(l.List, key)
	}
	return nil
}

// Schema describes the list in the document.
func (IDs[T]) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "Keys parted by commas", MaxLength: new(maxIDs * 20)}
}

// isID reports whether t is a key type, and the kind of thing that it names.
func isID(t reflect.Type) (kind string, ok bool) {
	if t.Kind() != reflect.Int64 || t.PkgPath() != reflect.TypeFor[id.Queue]().PkgPath() || !strings.HasPrefix(t.Name(), "Of[") {
		return "", false
	}
	inside := strings.TrimSuffix(t.Name()[strings.LastIndexByte(t.Name(), '.')+1:], "]")
	return strings.TrimSuffix(inside, "Kind"), true
}

// describeIDs makes the document show every key type within t as a string.
func describeIDs(registry huma.Registry, t reflect.Type, seen map[reflect.Type]bool) {
	if seen[t] {
		return
	}
	seen[t] = true
	if _, ok := isID(t); ok {
		registry.RegisterTypeAlias(t, reflect.TypeFor[idText]())
		return
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		describeIDs(registry, t.Elem(), seen)
	case reflect.Map:
		describeIDs(registry, t.Key(), seen)
		describeIDs(registry, t.Elem(), seen)
	case reflect.Struct:
		for f := range t.Fields() {
			describeIDs(registry, f.Type, seen)
		}
	default:
	}
}

// idParams returns the key types of t's parameters by place and name ("path.id").
func idParams(t reflect.Type) map[string]string {
	found := map[string]string{}
	for f := range t.Fields() {
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			maps.Copy(found, idParams(f.Type))
			continue
		}
		kind, ok := isID(f.Type)
		if !ok {
			continue
		}
		for _, place := range []string{"path", "query", "header"} {
			if name, _, _ := strings.Cut(f.Tag.Get(place), ","); name != "" {
				found[place+"."+name] = kind
			}
		}
	}
	return found
}

// checkIDsAsNumbers makes huma accept keys in parameters. It reads them by
// their Go kind, an integer, and would then refuse them for not being the
// string that the document promises. So the document keeps the string and the
// validator, which holds the first schema, gets an integer of at least 1.
func checkIDsAsNumbers(op *huma.Operation, ids map[string]string) {
	for _, param := range op.Parameters {
		if _, ok := ids[param.In+"."+param.Name]; !ok {
			continue
		}
		shown := *param.Schema
		*param.Schema = huma.Schema{Type: huma.TypeInteger, Minimum: new(1.0)}
		param.Schema.PrecomputeMessages()
		param.Schema = &shown
	}
}

package httpx

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/zongler/zongler/internal/errs"
)

// codeText refuses a text that holds what no database keeps: NUL, or bytes that are no characters.
const codeText = "format.text"

// badText begins what huma hears of such a text in a body; the path follows.
const badText = "unkept text at "

// badTextError names the member of a body whose text cannot be kept.
type badTextError struct{ path string }

// Error returns badText and the path, because huma passes on nothing else.
func (e *badTextError) Error() string { return badText + e.path }

// jsonFormat reads and writes the bodies of operations.
func jsonFormat() huma.Format {
	return huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: readJSON}
}

// readJSON reads a body and refuses NUL in its texts. Bytes that are no characters
// are replaced by the decoder. huma reads a body twice, the first time as it is.
func readJSON(data []byte, into any) error {
	if err := json.Unmarshal(data, into); err != nil {
		return err
	}
	if parsed, first := into.(*any); first && bytes.Contains(data, []byte(`\u0000`)) {
		if path, found := nulIn(*parsed, ""); found {
			return &badTextError{strings.TrimPrefix(path, ".")}
		}
	}
	return nil
}

// nulIn returns where in a JSON value there is a text with NUL.
func nulIn(value any, path string) (string, bool) {
	switch v := value.(type) {
	case string:
		return path, strings.ContainsRune(v, 0)
	case []any:
		for i, item := range v {
			if at, found := nulIn(item, path+"["+strconv.Itoa(i)+"]"); found {
				return at, true
			}
		}
	case map[string]any:
		for name, item := range v {
			if strings.ContainsRune(name, 0) {
				return path, true
			}
			if at, found := nulIn(item, path+"."+name); found {
				return at, true
			}
		}
	}
	return "", false
}

// checkQuery refuses parameters whose texts cannot be kept.
func checkQuery(op string, r *http.Request) error {
	if !strings.ContainsRune(r.URL.RawQuery, '%') && utf8.ValidString(r.URL.RawQuery) {
		return nil
	}
	var wrong []errs.Field
	for name, values := range r.URL.Query() {
		for _, v := range values {
			if !kept(v) || !kept(name) {
				wrong = append(wrong, errs.Field{Path: pathOf("query." + strings.ToValidUTF8(name, "")), Code: codeText})
			}
		}
	}
	return errs.Fields(op, wrong...)
}

// kept reports whether every database keeps a text as it is.
func kept(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

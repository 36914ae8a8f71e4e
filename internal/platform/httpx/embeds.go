package httpx

import (
	"fmt"
	"reflect"
)

// refuseHidden panics for a struct that embeds an unexported one: huma passes
// over such fields, so path parameters would stay empty and bodies incomplete.
func refuseHidden(operation string, t reflect.Type, seen map[reflect.Type]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] || t.PkgPath() == "time" {
		return
	}
	seen[t] = true
	for f := range t.Fields() {
		hasFields := f.Type.Kind() == reflect.Struct && f.Type.NumField() > 0
		if f.Anonymous && !f.IsExported() && hasFields && f.Type.Field(0).IsExported() {
			panic(fmt.Sprintf("httpx: operation %s embeds %s, whose fields huma does not see: export its name", operation, f.Type))
		}
		if f.IsExported() {
			refuseHidden(operation, f.Type, seen)
		}
	}
}

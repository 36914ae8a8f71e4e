package httpx

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// page is what the readable document shows.
type page struct {
	Title, Version, Description, Spec string
	Groups                            []pageGroup
	Schemas                           []pageSchema
}

type pageGroup struct {
	Name       string
	Operations []pageOperation
}

type pageOperation struct {
	ID, Method, Path, Summary, Description, Permission string
	Public                                             bool
	Parameters                                         []pageField
	Body                                               *pageType
	Responses                                          []pageResponse
}

type pageResponse struct {
	Status, Description string
	Codes               []string
	Type                *pageType
}

type pageField struct {
	Name, In, Description, Bounds string
	Required                      bool
	Type                          pageType
}

type pageSchema struct {
	Name, Description string
	Fields            []pageField
}

// pageType names a schema; Link is the schema on the page that it leads to.
type pageType struct{ Before, Name, After, Link string }

func pageOf(doc *huma.OpenAPI) page {
	p := page{Title: doc.Info.Title, Version: doc.Info.Version, Description: doc.Info.Description, Spec: SpecPath}
	byTag := map[string][]pageOperation{}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for _, op := range operationsAt(doc.Paths[path]) {
			tag := "other"
			if len(op.Tags) > 0 {
				tag = op.Tags[0]
			}
			byTag[tag] = append(byTag[tag], pageOperationOf(op))
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(byTag)) {
		p.Groups = append(p.Groups, pageGroup{Name: tag, Operations: byTag[tag]})
	}
	schemas := doc.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		s := schemas[name]
		p.Schemas = append(p.Schemas, pageSchema{Name: name, Description: s.Description, Fields: fieldsOf(s)})
	}
	return p
}

func pageOperationOf(op *huma.Operation) pageOperation {
	shown := pageOperation{
		ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: op.Description,
		Public: len(op.Security) == 0,
	}
	shown.Permission, _ = op.Extensions["x-permission"].(string)
	for _, param := range op.Parameters {
		shown.Parameters = append(shown.Parameters, pageField{
			Name: param.Name, In: param.In, Required: param.Required, Type: typeOf(param.Schema),
			Description: cmp.Or(param.Description, param.Schema.Description), Bounds: boundsOf(param.Schema),
		})
	}
	if op.RequestBody != nil {
		shown.Body = contentOf(op.RequestBody.Content)
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		r := op.Responses[status]
		codes, _ := r.Extensions["x-codes"].([]string)
		shown.Responses = append(shown.Responses, pageResponse{
			Status: status, Description: r.Description, Codes: codes, Type: contentOf(r.Content),
		})
	}
	return shown
}

func contentOf(content map[string]*huma.MediaType) *pageType {
	for _, kind := range slices.Sorted(maps.Keys(content)) {
		if s := content[kind].Schema; s != nil {
			t := typeOf(s)
			return &t
		}
	}
	return nil
}

func fieldsOf(s *huma.Schema) []pageField {
	var fields []pageField
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		property := s.Properties[name]
		fields = append(fields, pageField{
			Name: name, Required: slices.Contains(s.Required, name), Type: typeOf(property),
			Description: property.Description, Bounds: boundsOf(property),
		})
	}
	return fields
}

func typeOf(s *huma.Schema) pageType {
	switch {
	case s == nil:
		return pageType{Name: "any"}
	case s.Ref != "":
		name := s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
		return pageType{Name: name, Link: name}
	case s.Type == huma.TypeArray:
		item := typeOf(s.Items)
		item.Before = "list of " + item.Before
		return item
	case len(s.OneOf) > 0:
		return pageType{Name: "one of " + namesOf(s.OneOf)}
	case s.Format != "":
		return pageType{Name: s.Type, After: " (" + s.Format + ")"}
	}
	return pageType{Name: cmp.Or(s.Type, "any")}
}

func namesOf(all []*huma.Schema) string {
	names := make([]string, 0, len(all))
	for _, s := range all {
		names = append(names, typeOf(s).Name)
	}
	return strings.Join(names, ", ")
}

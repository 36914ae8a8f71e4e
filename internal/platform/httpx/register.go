package httpx

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
)

// DefaultMaxBody is the largest body of an operation that names no other bound.
const DefaultMaxBody = 1 << 20

const metadataKey = "zongler"

// Access says who may call an operation.
type Access uint8

// Ways to be allowed.
const (
	ByPermission Access = iota // the actor has Operation.Permission
	SignedIn                   // the actor belongs to a tenant
	Public                     // everybody
)

// Code is an error that an operation may answer with, for the document.
type Code struct {
	Kind errs.Kind
	Code string
}

// Operation describes one typed operation.
type Operation struct {
	ID          string // stable, camel case: acceptOffer
	Method      string
	Path        string // as http.ServeMux reads it: /api/v1/queues/{id}
	Tag         string // the group in the document
	Summary     string
	Description string
	Access      Access
	Permission  actor.Permission // checked before anything else, for ByPermission
	Creates     bool             // answers 201
	Status      int              // of success; 0: 201 if it creates, else 200 or 204
	Errors      []Code
	MaxBody     int64 // bytes; 0: DefaultMaxBody
	Hidden      bool  // not in the document
	uploads     bool  // the use-case reads the body as it comes
}

// Register adds an operation with its use-case. Call it while wiring: it panics
// for an operation that is incomplete, for then the program is wrong.
func Register[I, O any](a *API, op Operation, handler func(context.Context, *I) (*O, error)) {
	op.check()
	in, out := reflect.TypeFor[I](), reflect.TypeFor[O]()
	seen := map[reflect.Type]bool{}
	registry := a.huma.OpenAPI().Components.Schemas
	describeIDs(registry, in, seen)
	describeIDs(registry, out, seen)
	refuseIDLists(op.ID, in)
	hidden := map[reflect.Type]bool{}
	refuseHidden(op.ID, in, hidden)
	refuseHidden(op.ID, out, hidden)
	op.uploads = uploads(in)

	described := op.describe(registry)
	huma.Register(a.huma, described, func(ctx context.Context, input *I) (*O, error) {
		output, err := handler(ctx, input)
		if err != nil {
			return nil, fail(err)
		}
		return output, nil
	})
	ids := idParams(in)
	for _, stored := range operationsAt(a.huma.OpenAPI().Paths[op.Path]) {
		if stored.OperationID == op.ID {
			checkIDsAsNumbers(stored, ids)
		}
	}
	delete(registry.Map(), "ErrorModel") // huma describes its own errors, which nobody gets
	delete(registry.Map(), "ErrorDetail")
	a.ops = append(a.ops, Info{Operation: op, Keys: pathKeys(ids)})
}

func (op *Operation) check() {
	switch {
	case op.ID == "" || op.Method == "" || op.Path == "":
		panic(fmt.Sprintf("httpx: operation %q %s %s is incomplete", op.ID, op.Method, op.Path))
	case op.Access == ByPermission && !slices.Contains(actor.Permissions(), op.Permission):
		panic(fmt.Sprintf("httpx: operation %s has no permission that exists: %q", op.ID, op.Permission))
	case op.Access != ByPermission && op.Permission != "":
		panic(fmt.Sprintf("httpx: operation %s names a permission that is not asked for", op.ID))
	}
	if op.MaxBody == 0 {
		op.MaxBody = DefaultMaxBody
	}
	if op.Status == 0 && op.Creates {
		op.Status = http.StatusCreated
	}
}

// refuseIDLists stops a list of keys as a parameter, which huma cannot fill: IDs is for that.
func refuseIDLists(operation string, in reflect.Type) {
	for f := range in.Fields() {
		if f.Type.Kind() != reflect.Slice || f.Tag.Get("query") == "" && f.Tag.Get("header") == "" {
			continue
		}
		if _, ok := isID(f.Type.Elem()); ok {
			panic(fmt.Sprintf("httpx: operation %s: parameter %s must be httpx.IDs", operation, f.Name))
		}
	}
}

func pathKeys(ids map[string]string) map[string]string {
	keys := map[string]string{}
	for name, kind := range ids {
		if path, ok := strings.CutPrefix(name, "path."); ok {
			keys[path] = kind
		}
	}
	return keys
}

func operationsAt(item *huma.PathItem) []*huma.Operation {
	if item == nil {
		return nil
	}
	all := []*huma.Operation{item.Get, item.Put, item.Post, item.Delete, item.Patch, item.Head}
	return slices.DeleteFunc(all, func(op *huma.Operation) bool { return op == nil })
}

// describe returns op as huma knows it.
func (op *Operation) describe(registry huma.Registry) huma.Operation {
	described := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: op.Description,
		DefaultStatus: op.Status, MaxBodyBytes: op.MaxBody, Hidden: op.Hidden,
		Metadata:  map[string]any{metadataKey: *op},
		Responses: op.responses(registry),
	}
	if op.uploads {
		described.RequestBody = uploadBody()
	}
	if op.Tag != "" {
		described.Tags = []string{op.Tag}
	}
	if op.Access == ByPermission {
		described.Extensions = map[string]any{"x-permission": string(op.Permission)}
	}
	if op.Access == Public {
		described.Security = []map[string][]string{}
	} else {
		described.Security = []map[string][]string{{schemeSession: {}}, {schemeKey: {}}}
	}
	if op.keyed() {
		described.Parameters = []*huma.Param{{
			Name: idempotencyHeader, In: "header",
			Description: "Any text that names this attempt. Sent again with the same body, it gives the first answer again and nothing happens twice.",
			Schema:      &huma.Schema{Type: huma.TypeString, MaxLength: new(maxIdempotencyKey)},
		}}
	}
	return described
}

// responses describes the errors that op may answer with, grouped by status.
func (op *Operation) responses(registry huma.Registry) map[string]*huma.Response {
	byStatus := map[int][]string{http.StatusUnprocessableEntity: {codeFields}, http.StatusTooManyRequests: {codeRateLimit}}
	if op.Access != Public {
		byStatus[http.StatusUnauthorized] = []string{errs.Unauthenticated.String()}
	}
	if op.Access == ByPermission {
		byStatus[http.StatusForbidden] = []string{errs.Forbidden.String()}
	}
	if op.keyed() {
		byStatus[http.StatusConflict] = []string{codeKeyInUse, codeAnswerLost}
		byStatus[http.StatusUnprocessableEntity] = append(byStatus[http.StatusUnprocessableEntity], codeKeyReused)
	}
	for _, c := range op.Errors {
		status := StatusOf(errs.New(c.Kind, op.ID, c.Code))
		byStatus[status] = append(byStatus[status], c.Code)
	}
	content := map[string]*huma.MediaType{problemType: {Schema: registry.Schema(reflect.TypeFor[Problem](), true, "Problem")}}
	responses := map[string]*huma.Response{"default": problemResponse("Problem", nil, content)}
	for _, status := range slices.Sorted(maps.Keys(byStatus)) {
		responses[strconv.Itoa(status)] = problemResponse(http.StatusText(status), byStatus[status], content)
	}
	return responses
}

// problemResponse describes the errors of one status; content is shared by all of an operation.
func problemResponse(description string, codes []string, content map[string]*huma.MediaType) *huma.Response {
	response := &huma.Response{Description: description, Content: content}
	if len(codes) > 0 {
		response.Extensions = map[string]any{"x-codes": codes}
	}
	return response
}

package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// thing is any key as text: the log names things of all kinds.
type thing = id.Of[struct{}]

type changeBody struct {
	Path   string `json:"path"`
	Before any    `json:"before,omitempty"`
	After  any    `json:"after,omitempty"`
}

type auditBody struct {
	ID          id.Audit     `json:"id"`
	At          time.Time    `json:"at"`
	ActorKind   actor.Kind   `json:"actor_kind" enum:"user,key,visitor,system"`
	ActorID     string       `json:"actor_id,omitempty"`
	ActorName   string       `json:"actor_name"`
	Action      string       `json:"action"`
	SubjectKind string       `json:"subject_kind"`
	SubjectID   string       `json:"subject_id,omitempty"`
	SubjectName string       `json:"subject_name,omitempty"`
	BrandID     id.Brand     `json:"brand_id,omitzero"`
	Changes     []changeBody `json:"changes" doc:"Only the fields that differ"`
}

func auditOf(r audit.Record) auditBody {
	return auditBody{
		ID: r.ID, At: r.At, ActorKind: r.ActorKind, ActorID: keyText(r.ActorID), ActorName: r.ActorName, Action: r.Action,
		SubjectKind: r.SubjectKind, SubjectID: keyText(r.SubjectID), SubjectName: r.SubjectName, BrandID: r.BrandID,
		Changes: showAll(r.Changes, func(c audit.Change) changeBody { return changeBody{c.Path, decoded(c.Before), decoded(c.After)} }),
	}
}

// keyText returns a key as text; nothing for none.
func keyText(key int64) string {
	if key == 0 {
		return ""
	}
	return thing(key).String()
}

// decoded returns stored JSON as it is shown. It was made by us, so it reads.
func decoded(raw json.RawMessage) any {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil
	}
	return v
}

type auditInput struct {
	httpx.PageQuery

	ActorKind   string    `query:"actor_kind" enum:"user,key,visitor,system"`
	ActorID     string    `query:"actor_id" maxLength:"20"`
	Action      string    `query:"action" maxLength:"100"`
	SubjectKind string    `query:"subject_kind" maxLength:"100"`
	SubjectID   string    `query:"subject_id" maxLength:"20"`
	Brand       id.Brand  `query:"brand"`
	From        time.Time `query:"from" doc:"From this instant"`
	To          time.Time `query:"to" doc:"Before this instant"`
}

func (in *auditInput) filter() (audit.Filter, error) {
	f := audit.Filter{
		ActorKind: actor.Kind(in.ActorKind), Action: in.Action, SubjectKind: in.SubjectKind, Brand: in.Brand,
		From: in.From, To: in.To, Limit: in.Size() + 1,
	}
	var who, what thing
	if err := who.UnmarshalText([]byte(in.ActorID)); err != nil {
		return f, badKey("query.actor_id", err)
	}
	if err := what.UnmarshalText([]byte(in.SubjectID)); err != nil {
		return f, badKey("query.subject_id", err)
	}
	f.ActorID, f.SubjectID = int64(who), int64(what)
	_, err := in.After(&f.Before)
	return f, err
}

type auditPageOutput struct{ Body httpx.Page[auditBody] }

// RegisterAudit adds the operation that reads the audit log.
func RegisterAudit(api *httpx.API, log *audit.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "listAudit", Method: http.MethodGet, Path: "/api/v1/audit", Tag: "audit", Summary: "Changes of the configuration, newest first",
		Permission: actor.AuditRead,
	}, func(ctx context.Context, in *auditInput) (*auditPageOutput, error) {
		f, err := in.filter()
		if err != nil {
			return nil, err
		}
		found, err := log.List(ctx, f)
		if err != nil {
			return nil, err
		}
		page, err := showPage(found, in.Size(), func(r audit.Record) any { return r.ID }, auditOf)
		return &auditPageOutput{Body: page}, err
	})
}

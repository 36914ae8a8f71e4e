package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/job"
)

const tagJobs = "jobs"

type jobBody struct {
	ID         id.Job    `json:"id"`
	Kind       string    `json:"kind" doc:"What was to be done"`
	Attempts   int       `json:"attempts"`
	Error      string    `json:"error" doc:"Of the last attempt"`
	CreatedAt  time.Time `json:"created_at"`
	FinishedAt time.Time `json:"finished_at" doc:"When it was given up"`
}

type jobPageOutput struct{ Body httpx.Page[jobBody] }

// JobKey names a job in a path.
type JobKey struct {
	ID id.Job `path:"id"`
}

// jobPlace is where a page of jobs begins.
type jobPlace struct {
	Before id.Job `json:"b"`
}

// RegisterJobs adds the operations on jobs that were given up.
func RegisterJobs(api *httpx.API, d *db.DB) {
	httpx.Register(api, httpx.Operation{
		ID: "listDeadJobs", Method: http.MethodGet, Path: "/api/v1/jobs", Tag: tagJobs,
		Summary: "Work that was given up after its last attempt", Permission: actor.JobRead,
	}, func(ctx context.Context, in *struct{ httpx.PageQuery }) (*jobPageOutput, error) {
		var at jobPlace
		if _, err := in.After(&at); err != nil {
			return nil, err
		}
		dead, err := job.ListDead(ctx, d, at.Before, in.Size()+1)
		if err != nil {
			return nil, err
		}
		items := make([]jobBody, len(dead))
		for i, j := range dead {
			items[i] = jobBody{ID: j.ID, Kind: j.Kind, Attempts: j.Attempt, Error: j.LastError, CreatedAt: j.CreatedAt, FinishedAt: j.FinishedAt}
		}
		page, err := httpx.NewPage(items, in.Size(), func(last jobBody) any { return jobPlace{last.ID} })
		return &jobPageOutput{Body: page}, err
	})
	registerJobAct(api, d, "retryJob", "retry", "Try again, from the first attempt", job.Retry)
	registerJobAct(api, d, "discardJob", "discard", "Forget it: it will never be done", job.Discard)
}

func registerJobAct(api *httpx.API, d *db.DB, name, act, summary string, do func(context.Context, *db.Tx, id.Job) (string, error)) {
	httpx.Register(api, httpx.Operation{
		ID: name, Method: http.MethodPost, Path: "/api/v1/jobs/{id}/" + act, Tag: tagJobs,
		Summary: summary, Permission: actor.JobRetry, Errors: []httpx.Code{{Kind: errs.NotFound, Code: "job.gone"}, {Kind: errs.Conflict, Code: "job.living"}},
	}, func(ctx context.Context, in *JobKey) (*struct{}, error) {
		return nil, d.Update(ctx, func(tx *db.Tx) error {
			kind, err := do(ctx, tx, in.ID)
			if err != nil {
				return err
			}
			return audit.Write(ctx, tx, audit.Entry{Action: "job." + act, Subject: audit.Subject{Kind: "job", ID: int64(in.ID), Name: kind}})
		})
	})
}

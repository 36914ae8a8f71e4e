package privacy

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// patience is how long one call of a job works; then it asks to be called again.
const patience = 25 * time.Second

// Blobs keep bytes under keys.
type Blobs interface {
	Put(ctx context.Context, key string, r io.Reader, size int64, mediaType string) error
	Get(ctx context.Context, key string) (io.ReadSeekCloser, blob.Info, error)
	Delete(ctx context.Context, key string) error
}

// Index is what can be found.
type Index interface {
	// Forget makes the documents of things anew, so that nothing is found that they do not say any more.
	Forget(ctx context.Context, tx *db.Tx, customers []id.Customer, conversations []id.Conversation) error
	// ForgetOrganisations does so for organisations.
	ForgetOrganisations(ctx context.Context, tx *db.Tx, organisations []id.Organisation) error
	// ForgetCase does so for a case.
	ForgetCase(ctx context.Context, tx *db.Tx, key id.Case) error
	// Compact does some of the work after which words of documents that are gone lie nowhere in the index, and reports whether there is more. first begins anew.
	Compact(ctx context.Context, tx *db.Tx, first bool) (more bool, err error)
}

// Sealer keeps texts unread.
type Sealer interface {
	Seal(value []byte, context string) string
	Open(sealed, context string) ([]byte, error)
}

// Deps is what a Service works with.
type Deps struct {
	DB            *db.DB
	Blobs         Blobs
	Sealer        Sealer
	Index         Index
	Customers     *customer.Service
	Organisations *customer.Organisations
	Conversations *conversation.Service
	Cases         *casework.Service
	Brands        func(ctx context.Context, q db.Queryer) ([]id.Brand, error) // keys of all brands of the actor's tenant
	Tables        []personal.Table                                            // of all owners, in the order in which they are emptied
	Aging         []Aging
	Patience      time.Duration // how long one call of a job works; 0: the usual
	Log           *slog.Logger
}

// Service is all that can be done about people's data.
type Service struct {
	Deps

	now func() time.Time
}

// New returns a Service.
func New(d Deps) *Service {
	s := &Service{Deps: d, now: time.Now}
	if s.Patience == 0 {
		s.Patience = patience
	}
	s.Tables = append(slices.Clone(d.Tables), ownTables()...)
	return s
}

// RegisterJobs adds the workers of the package.
func (s *Service) RegisterJobs(w *job.Workers) {
	job.Register(w, s.Erase)
	job.Register(w, s.Export)
	job.Register(w, s.Compact)
	job.Register(w, s.Retain)
	job.Register(w, s.StartRetention)
}

// PeriodicJobs returns what comes every night.
func (s *Service) PeriodicJobs() []job.Periodic {
	return []job.Periodic{{Args: NightJob{}, Every: nightEvery}}
}

// tablesOf returns the tables whose rows belong to a kind of things.
func (s *Service) tablesOf(thing personal.Thing) []personal.Table {
	return slices.DeleteFunc(slices.Clone(s.Tables), func(t personal.Table) bool { return t.Of != thing })
}

// require returns the actor of ctx, who may do p with everything of their brands.
func require(ctx context.Context, op string, p actor.Permission) (actor.Actor, error) {
	a, err := actor.Require(ctx, op, p)
	if err == nil && a.Scope(p) < actor.InBrand {
		err = errs.New(errs.Forbidden, op, "forbidden").With(errs.Values{"permission": string(p)})
	}
	return a, err
}

// ofBrands returns the rows of the actor's tenant and brands.
func ofBrands(a actor.Actor) *db.Where {
	w := &db.Where{}
	w.And("tenant_id = ?", a.Tenant)
	if !a.Brands.All {
		db.In(w, "brand_id", a.Brands.Some)
	}
	return w
}

// Counts are numbers of rows by what they are: a class, or "bytes" for blobs.
type Counts map[string]int64

// blobCount is the name of the number of blobs.
const blobCount = "blobs"

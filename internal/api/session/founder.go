package session

import (
	"context"
	"encoding/json"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/setting"
	"github.com/zongler/zongler/internal/tenant"
)

// FirstQueue is the queue with which an installation begins: its target is to
// answer Percent of contacts within Target, and Agent serves it.
type FirstQueue struct {
	Brand   id.Brand
	Name    string
	Percent int
	Target  time.Duration
	Agent   id.User
}

// QueueMaker makes the first queue of an installation.
type QueueMaker interface {
	FirstQueue(ctx context.Context, tx *db.Tx, q FirstQueue) (id.Queue, error)
}

// Founder sets up an empty installation.
type Founder struct {
	db      *db.DB
	tenants *tenant.Service
	users   *account.Users
	points  *channel.EntryPoints
	queues  QueueMaker
}

// NewFounder returns a Founder over d.
func NewFounder(d *db.DB, tenants *tenant.Service, users *account.Users, points *channel.EntryPoints, queues QueueMaker) *Founder {
	return &Founder{db: d, tenants: tenants, users: users, points: points, queues: queues}
}

// Foundation is what an installation begins with.
type Foundation struct {
	Operator      string // name of the contact-centre company
	Administrator account.NewUser
	Password      string
	Brand         tenant.NewBrand
	Widget        string // name of the first widget
	Domains       []string
	Queue         string
	Percent       int
	Target        time.Duration
}

// Needed reports whether the installation is still empty.
func (f *Founder) Needed(ctx context.Context) (bool, error) { return f.tenants.None(ctx, f.db) }

// Found makes the operator, its administrator, the first brand with a queue that
// the administrator serves, so that the first customer does not wait in vain, and
// a widget that leads there: all or nothing, and only once.
func (f *Founder) Found(ctx context.Context, in Foundation) (id.Tenant, id.User, error) {
	const op = "session.Found"
	in.Administrator.Roles, in.Administrator.AllBrands = []account.RoleKey{account.RoleKey(actor.Administrator)}, true
	if in.Password == "" {
		return 0, 0, errs.Fields(op, errs.Field{Path: "administrator.password", Code: "required"})
	}
	if needed, err := f.Needed(ctx); err != nil {
		return 0, 0, errs.Op(op, err)
	} else if !needed { // before strangers make us hash passwords
		return 0, 0, errs.New(errs.Conflict, op, "setup.done")
	}
	hash, err := f.users.HashNew(ctx, in.Administrator, in.Password)
	if err != nil {
		return 0, 0, under("administrator.", err)
	}
	var made tenant.Tenant
	var admin account.User
	err = f.db.Update(ctx, func(tx *db.Tx) error {
		if err := f.claim(ctx, tx); err != nil {
			return err
		}
		t, founding, err := f.tenants.Found(ctx, tx, in.Operator, "")
		if err != nil {
			return under("operator.", err)
		}
		made = t
		if admin, err = f.users.CreateIn(founding, tx, in.Administrator, hash); err != nil {
			return under("administrator.", err)
		}
		return f.firstBrand(founding, tx, in, admin.ID)
	})
	return made.TenantID, admin.ID, errs.Op(op, err)
}

// claim makes sure that an installation is founded once, however many try at once.
func (f *Founder) claim(ctx context.Context, tx *db.Tx) error {
	mine, err := setting.Claim(ctx, tx, "setup")
	if err != nil {
		return err
	}
	none, err := f.tenants.None(ctx, tx)
	if err != nil {
		return err
	}
	if !mine || !none {
		return errs.New(errs.Conflict, "session.claim", "setup.done")
	}
	return nil
}

// firstBrand makes the brand, its queue, and the widget that leads there.
func (f *Founder) firstBrand(ctx context.Context, tx *db.Tx, in Foundation, admin id.User) error {
	brand, err := f.tenants.CreateIn(ctx, tx, in.Brand)
	if err != nil {
		return under("brand.", err)
	}
	queue, err := f.queues.FirstQueue(ctx, tx, FirstQueue{Brand: brand.ID, Name: in.Queue, Percent: in.Percent, Target: in.Target, Agent: admin})
	if err != nil {
		return under("queue.", err)
	}
	config, err := json.Marshal(map[string][]string{"domains": append([]string{}, in.Domains...)})
	if err != nil {
		return err
	}
	_, err = f.points.CreateIn(ctx, tx, channel.NewEntryPoint{
		Brand: brand.ID, Channel: channel.Webchat, Name: in.Widget, Config: config, Queue: queue,
	})
	return under("widget.", err)
}

// under puts prefix before the fields of err, so that they are named as the client sent them.
func under(prefix string, err error) error {
	told := errs.Told(err)
	if told == nil || len(told.Fields) == 0 {
		return err
	}
	moved := *told
	moved.Fields = make([]errs.Field, len(told.Fields))
	for i, f := range told.Fields {
		f.Path = prefix + f.Path
		moved.Fields[i] = f
	}
	return &moved
}

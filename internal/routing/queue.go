package routing

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/tenant"
)

// Bounds of a queue.
const (
	maxQueues      = 500 // of a tenant
	maxDescription = 500 // characters
	maxPriority    = 100
	maxRequired    = 20               // skills
	maxLevel       = 10               // of a skill
	maxTarget      = 7 * 24 * 60 * 60 // seconds
	maxShort       = 300              // seconds
	minOffer       = 5                // seconds; less nobody can react to
	maxOffer       = 600              // seconds
	maxPreferred   = 24 * 60 * 60     // seconds
	maxWrapUp      = 60 * 60          // seconds
	maxWaiting     = 100_000          // interactions
	maxQueueText   = 1000             // characters
)

// Queue is where interactions of a brand wait for an agent.
type Queue struct {
	ID                   id.Queue
	BrandID              id.Brand
	Name                 string
	Description          string
	Priority             int
	Required             []Requirement `db:"required,json"`
	TargetPercent        int           // this share is to be answered …
	TargetSeconds        int           // … within this time
	ShortAbandonSeconds  int
	OfferSeconds         int // 0: the channel's own
	PreferredWaitSeconds int // 0: nobody is waited for
	WrapUpSeconds        int // 0: no wrap-up
	DispositionRequired  bool
	MaxWaiting           int // 0: no limit
	MaxWaitSeconds       int // 0: no limit
	OverflowQueueID      id.Queue
	PullAllowed          bool
	CalendarID           id.Calendar // 0: the brand's
	Texts                QueueTexts  `db:"texts,json"`
	CreatedAt            time.Time
	ArchivedAt           time.Time
}

// QueueTexts are what customers are told in a queue: the kind of text ("greeting",
// "away"), then the language, then the text.
type QueueTexts map[string]map[string]string

// QueueTextKinds returns the kinds of texts that a queue has.
func QueueTextKinds() []string { return []string{"greeting", "away"} }

// QueuePatch changes what it sets.
type QueuePatch struct {
	Name                 *string
	Description          *string
	Priority             *int
	Required             *[]Requirement
	TargetPercent        *int
	TargetSeconds        *int
	ShortAbandonSeconds  *int
	OfferSeconds         *int
	PreferredWaitSeconds *int
	WrapUpSeconds        *int
	DispositionRequired  *bool
	MaxWaiting           *int
	MaxWaitSeconds       *int
	OverflowQueueID      *id.Queue
	PullAllowed          *bool
	CalendarID           *id.Calendar
	Texts                *QueueTexts
}

// newQueue is a queue as it is unless something else is said.
func newQueue(brand id.Brand) Queue {
	return Queue{
		BrandID: brand, TargetPercent: 80, TargetSeconds: 30, ShortAbandonSeconds: 5,
		PreferredWaitSeconds: 60, WrapUpSeconds: 60, PullAllowed: true,
	}
}

func (p QueuePatch) apply(q Queue) Queue {
	set(&q.Name, p.Name)
	set(&q.Description, p.Description)
	set(&q.Priority, p.Priority)
	set(&q.Required, p.Required)
	set(&q.TargetPercent, p.TargetPercent)
	set(&q.TargetSeconds, p.TargetSeconds)
	set(&q.ShortAbandonSeconds, p.ShortAbandonSeconds)
	set(&q.OfferSeconds, p.OfferSeconds)
	set(&q.PreferredWaitSeconds, p.PreferredWaitSeconds)
	set(&q.WrapUpSeconds, p.WrapUpSeconds)
	set(&q.DispositionRequired, p.DispositionRequired)
	set(&q.MaxWaiting, p.MaxWaiting)
	set(&q.MaxWaitSeconds, p.MaxWaitSeconds)
	set(&q.OverflowQueueID, p.OverflowQueueID)
	set(&q.PullAllowed, p.PullAllowed)
	set(&q.CalendarID, p.CalendarID)
	set(&q.Texts, p.Texts)
	q.Name, q.Description = strings.TrimSpace(q.Name), strings.TrimSpace(q.Description)
	return q
}

// check looks at everything that can be judged without asking anybody.
func (q Queue) check() *check.Fields {
	var f check.Fields
	f.Text("name", q.Name, maxName)
	f.Optional("description", q.Description, maxDescription)
	between(&f, "priority", q.Priority, 0, maxPriority)
	between(&f, "target_percent", q.TargetPercent, 1, 100)
	between(&f, "target_seconds", q.TargetSeconds, 1, maxTarget)
	between(&f, "short_abandon_seconds", q.ShortAbandonSeconds, 0, maxShort)
	if q.OfferSeconds != 0 {
		between(&f, "offer_seconds", q.OfferSeconds, minOffer, maxOffer)
	}
	between(&f, "preferred_wait_seconds", q.PreferredWaitSeconds, 0, maxPreferred)
	between(&f, "wrap_up_seconds", q.WrapUpSeconds, 0, maxWrapUp)
	between(&f, "max_waiting", q.MaxWaiting, 0, maxWaiting)
	between(&f, "max_wait_seconds", q.MaxWaitSeconds, 0, maxTarget)
	checkLevels(&f, "required", q.Required)
	checkTexts(&f, q.Texts)
	return &f
}

// checkLevels wants each skill once, at a level that there is.
func checkLevels(f *check.Fields, path string, needed []Requirement) {
	f.Count(path, len(needed), 0, maxRequired)
	seen := map[id.Skill]bool{}
	for i, r := range needed {
		at := path + "[" + strconv.Itoa(i) + "]"
		between(f, at+".level", r.Level, 1, maxLevel)
		if seen[r.Skill] {
			f.Add(at+".skill_id", "items.unique", nil)
		}
		seen[r.Skill] = true
	}
}

func checkTexts(f *check.Fields, texts QueueTexts) {
	for kind, byLanguage := range texts {
		f.OneOf("texts", kind, QueueTextKinds()...)
		for language, text := range byLanguage {
			f.OneOf("texts."+kind, language, tenant.Languages()...)
			if utf8.RuneCountInString(text) > maxQueueText {
				f.Add("texts."+kind+"."+language, "length.max", errs.Values{"max": maxQueueText})
			}
		}
	}
}

func (q Queue) audited() map[string]any {
	return map[string]any{
		"name": q.Name, "description": q.Description, "priority": q.Priority, "required": q.Required,
		"target_percent": q.TargetPercent, "target_seconds": q.TargetSeconds, "short_abandon_seconds": q.ShortAbandonSeconds,
		"offer_seconds": q.OfferSeconds, "preferred_wait_seconds": q.PreferredWaitSeconds, "wrap_up_seconds": q.WrapUpSeconds,
		"disposition_required": q.DispositionRequired, "max_waiting": q.MaxWaiting, "max_wait_seconds": q.MaxWaitSeconds,
		"overflow_queue_id": q.OverflowQueueID, "pull_allowed": q.PullAllowed, "calendar_id": q.CalendarID, "texts": q.Texts,
		"archived": q.archived(),
	}
}

func (q Queue) subject() audit.Subject {
	return audit.Subject{Kind: "queue", ID: int64(q.ID), Name: q.Name}
}

// Place returns where the queue stands in a list.
func (q Queue) Place() Place { return placeOf(q.Name, q.ID) }

func (q Queue) archived() bool { return !q.ArchivedAt.IsZero() }

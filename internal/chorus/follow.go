package chorus

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
	"github.com/zongler/zongler/internal/platform/lease"
)

// reader names the follower.
const reader = "choruses"

// placeEvery is after how many facts the follower notes its place though none of them concerned it.
const placeEvery = 2000

// regroupJob asks anew what a conversation, or those of a case, are about.
type regroupJob struct {
	Conversation id.Conversation `json:"conversation,omitzero"`
	Case         id.Case         `json:"case,omitzero"`
}

// Kind names the job.
func (regroupJob) Kind() string { return "chorus.regroup" }

func (s *Service) regroup(ctx context.Context, j regroupJob) error {
	keys := []id.Conversation{j.Conversation}
	if j.Case != 0 {
		var err error
		if keys, err = s.Subjects.OfCase(ctx, s.DB, j.Case); err != nil {
			return err
		}
	}
	for _, key := range keys {
		if err := s.Regroup(ctx, key); err != nil && !errs.Is(errs.NotFound, err) {
			return err
		}
	}
	return nil
}

// Follow leaves jobs for what other conversations are about by what has happened, until ctx ends. One node at a time runs it;
// its place is kept with the jobs, so that each fact leaves its own once.
func (s *Service) Follow(ctx context.Context, held lease.Held) error {
	pos, err := db.One[int64](ctx, s.DB, `SELECT pos FROM chorus_reader WHERE name = $1`, reader)
	if err != nil {
		return errs.Op("chorus.Follow", err)
	}
	return s.DB.FollowCalmly(ctx, reader, pos, func(ctx context.Context, batch []fact.Record) error {
		concerned, err := s.concerned(ctx, batch)
		if err != nil {
			return err
		}
		last := batch[len(batch)-1].Pos
		if len(concerned) == 0 && last-pos < placeEvery {
			return nil
		}
		pos = last
		return s.DB.Update(ctx, func(tx *db.Tx) error { return s.leaveJobs(ctx, tx, held, last, concerned) })
	})
}

// leaveJobs leaves jobs for what facts up to a place concern, unless that was done.
func (s *Service) leaveJobs(ctx context.Context, tx *db.Tx, held lease.Held, pos int64, concerned map[id.Tenant][]regroupJob) error {
	if held.Name != "" {
		if err := lease.Check(ctx, tx, held); err != nil {
			return err
		}
	}
	fresh, err := db.Exec(ctx, tx, `UPDATE chorus_reader SET pos = $2 WHERE name = $1 AND pos < $2`, reader, pos)
	if err != nil || fresh == 0 {
		return err
	}
	for tenant, jobs := range concerned {
		for _, j := range jobs {
			if err := job.Enqueue(actor.With(ctx, actor.ForSystem(tenant)), tx, j); err != nil {
				return err
			}
		}
	}
	return nil
}

// concerned returns what is to be asked anew after facts, each once.
func (s *Service) concerned(ctx context.Context, batch []fact.Record) (map[id.Tenant][]regroupJob, error) {
	all, begun := map[id.Tenant][]regroupJob{}, map[id.Tenant][]id.Conversation{}
	note := func(tenant id.Tenant, jobs ...regroupJob) {
		for _, j := range jobs {
			if !slices.Contains(all[tenant], j) {
				all[tenant] = append(all[tenant], j)
			}
		}
	}
	for _, r := range batch {
		if f, ok := r.Fact.(fact.InteractionQueued); ok {
			begun[r.Tenant] = append(begun[r.Tenant], f.Conversation)
		}
		note(r.Tenant, touched(r.Fact)...)
	}
	for tenant, keys := range begun {
		about, err := s.aboutSomething(actor.With(ctx, actor.ForSystem(tenant)), keys)
		if err != nil {
			return nil, err
		}
		for _, key := range about {
			note(tenant, regroupJob{Conversation: key})
		}
	}
	return all, nil
}

// aboutSomething returns those of some conversations with new work that are, or may be, about something others are about.
func (s *Service) aboutSomething(ctx context.Context, keys []id.Conversation) ([]id.Conversation, error) {
	about, err := s.Subjects.Concerning(ctx, s.DB, keys)
	if err != nil {
		return nil, err
	}
	had, err := s.withVoices(ctx, s.DB, keys)
	return append(about, had...), err
}

// touched returns whose subjects may be others after a fact.
func touched(f fact.Fact) []regroupJob {
	switch f := f.(type) {
	case fact.ConversationChanged:
		if f.What == "tags" {
			return []regroupJob{{Conversation: f.Conversation}}
		}
	case fact.CaseOpened:
		return []regroupJob{{Case: f.Case}}
	case fact.CaseChanged:
		if slices.Contains(f.What, "topic") {
			return []regroupJob{{Case: f.Case}}
		}
	case fact.CaseMoved:
		return []regroupJob{{Case: f.Case}}
	case fact.CaseMerged:
		return []regroupJob{{Case: f.Case}, {Case: f.Into}}
	case fact.CaseUnmerged:
		return []regroupJob{{Case: f.Case}}
	case fact.CaseLinked:
		return tied(f.LinkKind, f.Case, f.Conversation, f.Other)
	case fact.CaseUnlinked:
		return tied(f.LinkKind, f.Case, f.Conversation, f.Other)
	}
	return nil
}

// tied returns whose subjects may be others after a case was tied to something, or no longer is.
func tied(kind string, c id.Case, conversation id.Conversation, other id.Case) []regroupJob {
	switch kind {
	case "conversation":
		return []regroupJob{{Conversation: conversation}}
	case "child_of":
		return []regroupJob{{Case: c}, {Case: other}}
	}
	return nil
}

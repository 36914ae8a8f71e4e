package desk

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/worklist"
)

type caseDetail struct {
	CaseRow

	Links         []caseLinkBody    `json:"links" doc:"Of this case to others, and of others to it, the oldest first"`
	Cases         []CaseRow         `json:"cases" doc:"Those that links name, as far as the caller may see them"`
	Merged        []CaseRow         `json:"merged" doc:"Those that go on in this one, as far as the caller may see them"`
	Conversations []ConversationRow `json:"conversations" doc:"Of this case and of those that go on in it, as far as the caller may see them"`
	Watchers      []UserRef         `json:"watchers"`
	Checklist     []caseCheckBody   `json:"checklist"`
	Clocks        []caseClockBody   `json:"clocks" doc:"Promised times, the newest first"`
}

type caseLinkBody struct {
	ID             id.CaseLink     `json:"id"`
	CaseID         id.Case         `json:"case_id" doc:"Whose link it is"`
	Kind           string          `json:"kind" enum:"conversation,interaction,child_of,related,duplicate,follow_up_of"`
	ConversationID id.Conversation `json:"conversation_id,omitzero"`
	InteractionID  id.Interaction  `json:"interaction_id,omitzero"`
	OtherID        id.Case         `json:"other_id,omitzero" doc:"The case that it names"`
	MadeBy         *UserRef        `json:"made_by,omitempty"`
	MadeAt         time.Time       `json:"made_at"`
}

type caseCheckBody struct {
	ID     id.CaseCheck `json:"id"`
	Text   string       `json:"text"`
	Done   bool         `json:"done"`
	DoneBy *UserRef     `json:"done_by,omitempty"`
	DoneAt time.Time    `json:"done_at,omitzero"`
}

type caseClockBody struct {
	ID            id.Clock  `json:"id"`
	Kind          string    `json:"kind" enum:"first_response,next_response,resolution"`
	State         string    `json:"state" enum:"running,paused,met,stopped"`
	Policy        string    `json:"policy" doc:"The name of what promises it"`
	TargetSeconds int64     `json:"target_seconds"`
	UsedSeconds   int64     `json:"used_seconds" doc:"Up to when it last began to run or ended, in the hours of the promise"`
	StartedAt     time.Time `json:"started_at"`
	DueAt         time.Time `json:"due_at,omitzero" doc:"While it runs"`
	WarnedAt      time.Time `json:"warned_at,omitzero"`
	BreachedAt    time.Time `json:"breached_at,omitzero"`
	EndedAt       time.Time `json:"ended_at,omitzero"`
}

type caseNoteBody struct {
	ID   id.CaseNote `json:"id"`
	By   *UserRef    `json:"by,omitempty"`
	Text string      `json:"text"`
	At   time.Time   `json:"at"`
}

// detail returns d as it travels. A case or conversation that the caller may not see is not named by a link either.
func (c Cases) detail(ctx context.Context, d worklist.CaseDetail) (caseDetail, error) {
	body := caseDetail{
		CaseRow: CaseRowOf(d.CaseRow), Links: []caseLinkBody{}, Cases: caseRows(d.Others), Merged: caseRows(d.Merged),
		Conversations: make([]ConversationRow, len(d.Conversations)), Watchers: []UserRef{}, Checklist: []caseCheckBody{}, Clocks: []caseClockBody{},
	}
	names, err := c.People.Names(ctx, usersOf(d))
	if err != nil {
		return body, err
	}
	seen, talks := map[id.Case]bool{d.ID: true, 0: true}, map[id.Conversation]bool{0: true}
	for _, r := range d.Others {
		seen[r.ID] = true
	}
	for i, r := range d.Conversations {
		body.Conversations[i], talks[r.ID] = RowOf(r), true
	}
	if !seen[d.MergedInto] {
		body.MergedInto = 0
	}
	for _, l := range d.Links {
		if seen[l.CaseID] && seen[l.OtherID] && talks[l.ConversationID] {
			body.Links = append(body.Links, linkOf(l, names))
		}
	}
	for _, u := range d.Watchers {
		body.Watchers = append(body.Watchers, UserRef{u, names[u]})
	}
	for _, ch := range d.Checks {
		body.Checklist = append(body.Checklist, checkOf(ch, names))
	}
	for _, k := range d.Clocks {
		body.Clocks = append(body.Clocks, caseClockBody{
			ID: k.ID, Kind: k.Kind, State: k.State, Policy: k.PolicyName, TargetSeconds: k.TargetSeconds, UsedSeconds: k.UsedUs / 1e6,
			StartedAt: k.StartedAt, DueAt: k.DueAt, WarnedAt: k.WarnedAt, BreachedAt: k.BreachedAt, EndedAt: k.EndedAt,
		})
	}
	return body, nil
}

// usersOf returns everybody whom a case's detail names beside its owner.
func usersOf(d worklist.CaseDetail) []id.User {
	users := append([]id.User{}, d.Watchers...)
	for _, l := range d.Links {
		users = append(users, l.MadeBy)
	}
	for _, ch := range d.Checks {
		users = append(users, ch.DoneBy)
	}
	return users
}

func linkOf(l casework.Link, names map[id.User]string) caseLinkBody {
	return caseLinkBody{
		ID: l.ID, CaseID: l.CaseID, Kind: string(l.Kind), ConversationID: l.ConversationID, InteractionID: l.InteractionID, OtherID: l.OtherID,
		MadeBy: refTo(l.MadeBy, names), MadeAt: l.MadeAt,
	}
}

func checkOf(c casework.Check, names map[id.User]string) caseCheckBody {
	return caseCheckBody{ID: c.ID, Text: c.Text, Done: !c.DoneAt.IsZero(), DoneBy: refTo(c.DoneBy, names), DoneAt: c.DoneAt}
}

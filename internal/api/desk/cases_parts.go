package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

type caseNotesInput struct {
	CaseKey
	httpx.PageQuery
}

type caseNoteInput struct {
	CaseKey
	Body struct {
		Text     string `json:"text" minLength:"1" maxLength:"10000"`
		ClientID string `json:"client_id,omitempty" maxLength:"64" doc:"The desk's name of it: sent again, it is the same note"`
	}
}

type caseCheckInput struct {
	CaseKey
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"300"`
	}
}

// CheckKey names a point of a case's checklist in a path. It is exported so that the document sees it where it is embedded.
type CheckKey struct {
	CaseKey

	Check id.CaseCheck `path:"check"`
}

type caseCheckPatchInput struct {
	CheckKey
	Body struct {
		Text *string `json:"text,omitempty" minLength:"1" maxLength:"300"`
		Done *bool   `json:"done,omitempty"`
	}
}

type watcherInput struct {
	CaseKey

	User id.User `path:"user"`
}

type (
	caseNotePageOutput struct{ Body httpx.Page[caseNoteBody] }
	caseNoteOutput     struct{ Body caseNoteBody }
	caseCheckOutput    struct{ Body caseCheckBody }
)

// full is what an operation answers that would make a case carry too much.
func full() httpx.Code { return httpx.Code{Kind: errs.Exhausted, Code: "case.full"} }

func (c Cases) registerParts(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "listCaseNotes", Method: http.MethodGet, Path: casePath + "/notes", Tag: tagCases, Summary: "Notes on a case, newest first",
		Permission: actor.CaseRead, Errors: notFound(),
	}, c.notes)
	httpx.Register(api, httpx.Operation{
		ID: "addCaseNote", Method: http.MethodPost, Path: casePath + "/notes", Tag: tagCases, Summary: "Write a note on a case for colleagues",
		Permission: actor.CaseEdit, Creates: true, Errors: notFound(),
	}, func(ctx context.Context, in *caseNoteInput) (*caseNoteOutput, error) {
		note, err := c.Cases.AddNote(ctx, in.ID, in.Body.Text, in.Body.ClientID)
		if err != nil {
			return nil, err
		}
		names, err := c.People.Names(ctx, []id.User{note.UserID})
		return &caseNoteOutput{Body: noteOf(note, names)}, err
	})
	c.registerChecks(api)
	c.registerWatchers(api)
}

func noteOf(n casework.Note, names map[id.User]string) caseNoteBody {
	return caseNoteBody{ID: n.ID, By: refTo(n.UserID, names), Text: n.Body, At: n.At}
}

func (c Cases) notes(ctx context.Context, in *caseNotesInput) (*caseNotePageOutput, error) {
	var before id.CaseNote
	if _, err := in.After(&before); err != nil {
		return nil, err
	}
	notes, err := c.Cases.Notes(ctx, in.ID, before, in.Size())
	if err != nil {
		return nil, err
	}
	users := make([]id.User, len(notes))
	for i, n := range notes {
		users[i] = n.UserID
	}
	names, err := c.People.Names(ctx, users)
	if err != nil {
		return nil, err
	}
	page, err := httpx.NewPage(notes, in.Size(), func(last casework.Note) any { return last.ID })
	return &caseNotePageOutput{Body: pageOf(page, func(n casework.Note) caseNoteBody { return noteOf(n, names) })}, err
}

func (c Cases) registerChecks(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "addCaseCheck", Method: http.MethodPost, Path: casePath + "/checks", Tag: tagCases, Summary: "Add a point to the checklist of a case",
		Permission: actor.CaseEdit, Creates: true, Errors: notFound(full()),
	}, func(ctx context.Context, in *caseCheckInput) (*caseCheckOutput, error) {
		made, err := c.Cases.AddCheck(ctx, in.ID, in.Body.Text)
		return &caseCheckOutput{Body: checkOf(made, nil)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateCaseCheck", Method: http.MethodPatch, Path: casePath + "/checks/{check}", Tag: tagCases,
		Summary: "Tick a point of a checklist off, or word it anew", Permission: actor.CaseEdit, Errors: notFound(),
	}, func(ctx context.Context, in *caseCheckPatchInput) (*caseCheckOutput, error) {
		after, err := c.Cases.SetCheck(ctx, in.ID, in.Check, in.Body.Text, in.Body.Done)
		if err != nil {
			return nil, err
		}
		names, err := c.People.Names(ctx, []id.User{after.DoneBy})
		return &caseCheckOutput{Body: checkOf(after, names)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "removeCaseCheck", Method: http.MethodDelete, Path: casePath + "/checks/{check}", Tag: tagCases,
		Summary: "Take a point off a checklist", Permission: actor.CaseEdit, Errors: notFound(),
	}, func(ctx context.Context, in *CheckKey) (*struct{}, error) {
		return nil, c.Cases.RemoveCheck(ctx, in.ID, in.Check)
	})
}

func (c Cases) registerWatchers(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "watchCase", Method: http.MethodPut, Path: casePath + "/watchers/{user}", Tag: tagCases,
		Summary: "Let somebody watch a case", Permission: actor.CaseEdit, Errors: notFound(full()),
	}, func(ctx context.Context, in *watcherInput) (*struct{}, error) {
		return nil, c.Cases.Watch(ctx, in.ID, in.User, true)
	})
	httpx.Register(api, httpx.Operation{
		ID: "unwatchCase", Method: http.MethodDelete, Path: casePath + "/watchers/{user}", Tag: tagCases,
		Summary: "Let somebody no longer watch a case", Permission: actor.CaseEdit, Errors: notFound(),
	}, func(ctx context.Context, in *watcherInput) (*struct{}, error) {
		return nil, c.Cases.Watch(ctx, in.ID, in.User, false)
	})
}

type caseLinkInput struct {
	CaseKey
	Body struct {
		Kind           string          `json:"kind" enum:"conversation,interaction,child_of,related,duplicate,follow_up_of"`
		ConversationID id.Conversation `json:"conversation_id,omitzero"`
		InteractionID  id.Interaction  `json:"interaction_id,omitzero"`
		CaseID         id.Case         `json:"case_id,omitzero" doc:"The other case; of child_of the whole of which this is a part"`
	}
}

// CaseLinkKey names a link of a case in a path. It is exported so that the document sees it where it is embedded.
type CaseLinkKey struct {
	CaseKey

	Link id.CaseLink `path:"link"`
}

type caseMergeInput struct {
	CaseKey
	Body struct {
		IntoID  id.Case `json:"into_id" doc:"The case that goes on"`
		Version int64   `json:"version,omitempty"`
	}
}

type caseUnmergeInput struct {
	CaseKey
	Body struct {
		Version int64 `json:"version,omitempty"`
	}
}

type caseLinkOutput struct{ Body caseLinkBody }

func (c Cases) registerTies(api *httpx.API) {
	circle := httpx.Code{Kind: errs.Invalid, Code: "case.circle"}
	httpx.Register(api, httpx.Operation{
		ID: "linkCase", Method: http.MethodPost, Path: casePath + "/links", Tag: tagCases, Permission: actor.CaseEdit, Creates: true,
		Summary:     "Tie a case to a conversation, an interaction or another case; a conversation of another channel joins it this way",
		Description: "Nothing moves. What is tied already stays as it is.",
		Errors:      notFound(full(), circle, httpx.Code{Kind: errs.Invalid, Code: "case.other_brand"}),
	}, func(ctx context.Context, in *caseLinkInput) (*caseLinkOutput, error) {
		b := in.Body
		made, err := c.Cases.Link(ctx, in.ID, casework.Link{
			Kind: casework.LinkKind(b.Kind), ConversationID: b.ConversationID, InteractionID: b.InteractionID, OtherID: b.CaseID,
		})
		return &caseLinkOutput{Body: linkOf(made, nil)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "unlinkCase", Method: http.MethodDelete, Path: casePath + "/links/{link}", Tag: tagCases,
		Summary: "Take a link of a case away", Permission: actor.CaseEdit, Errors: notFound(),
	}, func(ctx context.Context, in *CaseLinkKey) (*struct{}, error) {
		return nil, c.Cases.Unlink(ctx, in.ID, in.Link)
	})
	httpx.Register(api, httpx.Operation{
		ID: "mergeCase", Method: http.MethodPost, Path: casePath + "/merge", Tag: tagCases, Permission: actor.CaseEdit, Status: http.StatusOK,
		Summary:     "Let a case go on in another",
		Description: "Nothing moves and it can be undone. What the customer writes from now on belongs to the case that goes on.",
		Errors:      changedSince(circle),
	}, func(ctx context.Context, in *caseMergeInput) (*caseOpenedOutput, error) {
		return openedOf(c.Cases.Merge(ctx, in.ID, in.Body.IntoID, in.Body.Version))
	})
	httpx.Register(api, httpx.Operation{
		ID: "unmergeCase", Method: http.MethodPost, Path: casePath + "/unmerge", Tag: tagCases, Permission: actor.CaseEdit, Status: http.StatusOK,
		Summary: "Make a merged case one of its own again", Errors: changedSince(httpx.Code{Kind: errs.Conflict, Code: "case.not_merged"}),
	}, func(ctx context.Context, in *caseUnmergeInput) (*caseOpenedOutput, error) {
		return openedOf(c.Cases.Unmerge(ctx, in.ID, in.Body.Version))
	})
}

type answerAllInput struct {
	CaseKey
	Body struct {
		Mode string `json:"mode" enum:"reply,note"`
		Text string `json:"text" minLength:"1" maxLength:"10000"`
	}
}

// AnswerKey names an answer to all of a case in a path. It is exported so that the document sees it where it is embedded.
type AnswerKey struct {
	CaseKey

	Answer id.AnswerAll `path:"answer"`
}

type answerAllBody struct {
	ID      id.AnswerAll    `json:"id"`
	Mode    string          `json:"mode" enum:"reply,note"`
	Text    string          `json:"text"`
	State   string          `json:"state" enum:"running,done,cancelled"`
	MadeBy  *UserRef        `json:"made_by,omitempty"`
	MadeAt  time.Time       `json:"made_at"`
	EndedAt time.Time       `json:"ended_at,omitzero"`
	Items   []answerAllItem `json:"items" doc:"One for each conversation"`
}

type answerAllItem struct {
	ConversationID id.Conversation `json:"conversation_id"`
	CaseID         id.Case         `json:"case_id"`
	State          string          `json:"state" enum:"waiting,done,failed,cancelled"`
	Code           string          `json:"code,omitempty" doc:"Why it failed"`
	At             time.Time       `json:"at,omitzero"`
}

type answerAllOutput struct{ Body answerAllBody }

func (c Cases) registerAnswers(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "answerAll", Method: http.MethodPost, Path: casePath + "/answers", Tag: tagCases, Permission: actor.CaseEdit, Creates: true,
		Summary:     "Give one answer, or note, to the conversations of all open parts of a case",
		Description: "It is given in the background; what became of it in each conversation is told by getAnswerAll.",
		Errors:      notFound(personNeeded(), httpx.Code{Kind: errs.Conflict, Code: "case.no_parts"}, httpx.Code{Kind: errs.Exhausted, Code: "answer_all.too_many"}),
	}, func(ctx context.Context, in *answerAllInput) (*answerAllOutput, error) {
		made, err := c.Answering.Start(ctx, in.ID, in.Body.Mode, in.Body.Text)
		if err != nil {
			return nil, err
		}
		return c.answer(ctx, in.ID, made.ID)
	})
	httpx.Register(api, httpx.Operation{
		ID: "getAnswerAll", Method: http.MethodGet, Path: casePath + "/answers/{answer}", Tag: tagCases,
		Summary: "An answer to all and what became of it in each conversation", Permission: actor.CaseRead, Errors: notFound(),
	}, func(ctx context.Context, in *AnswerKey) (*answerAllOutput, error) {
		return c.answer(ctx, in.ID, in.Answer)
	})
	httpx.Register(api, httpx.Operation{
		ID: "cancelAnswerAll", Method: http.MethodPost, Path: casePath + "/answers/{answer}/cancel", Tag: tagCases, Status: http.StatusNoContent,
		Summary: "Stop an answer to all; what has been given stays", Permission: actor.CaseEdit,
		Errors: notFound(httpx.Code{Kind: errs.Conflict, Code: "answer_all.ended"}),
	}, func(ctx context.Context, in *AnswerKey) (*struct{}, error) {
		return nil, c.Answering.Cancel(ctx, in.ID, in.Answer)
	})
}

func (c Cases) answer(ctx context.Context, key id.Case, answer id.AnswerAll) (*answerAllOutput, error) {
	m, items, err := c.Answering.Get(ctx, key, answer)
	if err != nil {
		return nil, err
	}
	names, err := c.People.Names(ctx, []id.User{m.MadeBy})
	body := answerAllBody{
		ID: m.ID, Mode: m.Mode, Text: m.Body, State: m.State, MadeBy: refTo(m.MadeBy, names), MadeAt: m.MadeAt, EndedAt: m.EndedAt,
		Items: make([]answerAllItem, len(items)),
	}
	for i, it := range items {
		body.Items[i] = answerAllItem{it.ConversationID, it.CaseID, it.State, it.Code, it.At}
	}
	return &answerAllOutput{Body: body}, err
}

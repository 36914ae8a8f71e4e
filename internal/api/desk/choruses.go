package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/chorus"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/worklist"
)

const (
	tagChoruses       = "choruses"
	chorusesPath      = "/api/v1/choruses"
	commonAnswersPath = "/api/v1/common-answers"
)

// Choruses serves what many say alike in public or are about, and the answers to all of them.
type Choruses struct {
	Chorus   *chorus.Service
	Worklist *worklist.Service
	People   People
}

type chorusBody struct {
	ID       id.Chorus         `json:"id"`
	Kind     string            `json:"kind" enum:"words,topic,outage" doc:"What they share: words under one post, a topic, or the case of which theirs are parts"`
	BrandID  id.Brand          `json:"brand_id"`
	Channel  string            `json:"channel,omitempty" doc:"Of words"`
	Channels []string          `json:"channels" doc:"On which the conversations are that the caller can settle, most of them first; empty: none waits"`
	PostID   id.Post           `json:"post_id,omitzero" doc:"Of words"`
	PostText string            `json:"post_text,omitempty" doc:"The beginning of what stands above"`
	Topic    string            `json:"topic,omitempty" doc:"In small letters"`
	Case     *outageRef        `json:"case,omitempty" doc:"Of an outage, if the caller sees it"`
	Says     string            `json:"says,omitempty" doc:"What the newest of them says"`
	Waiting  int               `json:"waiting" doc:"Conversations that the caller can settle with one answer: they wait, or are the caller's own; 1000 stands for more"`
	Private  int               `json:"private,omitempty" doc:"Of these: where only the customer reads. They get the answer in their conversation"`
	Voices   int               `json:"voices" doc:"That have ever said it, or joined it"`
	OldestAt time.Time         `json:"oldest_at,omitzero" doc:"Since when the first of those waits"`
	LastAt   time.Time         `json:"last_at"`
	Answer   *commonAnswerBody `json:"answer,omitempty" doc:"The newest answer to all of them"`
}

type outageRef struct {
	ID      id.Case `json:"id"`
	Number  int64   `json:"number"`
	Subject string  `json:"subject"`
}

type answerPlaceBody struct {
	PostID     id.Post   `json:"post_id"`
	Channel    string    `json:"channel"`
	Name       string    `json:"name" doc:"Of the entry point"`
	Text       string    `json:"text,omitempty" doc:"The beginning of what the post says, if that is known"`
	Ours       bool      `json:"ours"`
	OccurredAt time.Time `json:"occurred_at,omitzero"`
	Waiting    int       `json:"waiting" doc:"Conversations under it that the caller can settle with the answer"`
}

type commonAnswerBody struct {
	ID             id.CommonAnswer `json:"id"`
	ChorusID       id.Chorus       `json:"chorus_id"`
	PostID         id.Post         `json:"post_id" doc:"Under which it stands"`
	ConversationID id.Conversation `json:"conversation_id,omitzero" doc:"In which it stands, once it was said"`
	EntryID        id.Entry        `json:"entry_id,omitzero"`
	AnswersID      id.Entry        `json:"answers_id,omitzero" doc:"Which entry it answers; absent: the post"`
	Text           string          `json:"text"`
	Link           string          `json:"link" enum:"none,private,public"`
	LinkText       string          `json:"link_text,omitempty"`
	State          string          `json:"state" enum:"waiting,sending,settling,standing,ended,failed,cancelled"`
	Reason         string          `json:"reason,omitempty" doc:"Why it could not be said"`
	DueAt          time.Time       `json:"due_at" doc:"Until then it can be taken back"`
	StandsHours    int64           `json:"stands_hours"`
	StandsUntil    time.Time       `json:"stands_until,omitzero" doc:"Until then it settles who joins"`
	SaidAt         time.Time       `json:"said_at,omitzero"`
	Total          int             `json:"total" doc:"Conversations, with those that joined"`
	Settled        int             `json:"settled"`
	MadeBy         *UserRef        `json:"made_by,omitempty"`
	MadeAt         time.Time       `json:"made_at"`
	EndedAt        time.Time       `json:"ended_at,omitzero"`
}

type voiceBody struct {
	ConversationID id.Conversation `json:"conversation_id"`
	EntryID        id.Entry        `json:"entry_id"`
	Customer       customerRef     `json:"customer"`
	Text           string          `json:"text,omitempty" doc:"Absent: it was taken back"`
	At             time.Time       `json:"at"`
	State          string          `json:"state" enum:"new,queued,offered,active,parked,wrap_up,closed"`
	Agent          *UserRef        `json:"agent,omitempty"`
	Private        bool            `json:"private,omitempty" doc:"Only the customer reads: they get the answer there"`
	ApartAt        time.Time       `json:"apart_at,omitzero" doc:"When somebody took it out"`
}

type answerItemBody struct {
	ConversationID id.Conversation `json:"conversation_id"`
	Customer       customerRef     `json:"customer"`
	State          string          `json:"state" enum:"waiting,settled,skipped,cancelled"`
	Code           string          `json:"code,omitempty" doc:"Why it was skipped"`
	Late           bool            `json:"late" doc:"It joined afterwards"`
	Private        bool            `json:"private,omitempty" doc:"It gets the answer itself"`
	Link           string          `json:"link,omitempty" enum:"waiting,sent,refused,had" doc:"What became of what its author gets besides"`
	LinkCode       string          `json:"link_code,omitempty" doc:"Why the channel does not carry it"`
	Open           bool            `json:"open" doc:"Work goes on there, or has begun again"`
	At             time.Time       `json:"at"`
}

type (
	chorusOutput struct {
		Body struct {
			Chorus  *chorusBody  `json:"chorus,omitempty" doc:"Of those who say the same under its post. Absent: nobody else says it"`
			Matters []chorusBody `json:"matters,omitempty" doc:"Of those who are about the same topic or outage, the largest first"`
		}
	}
	chorusListOutput struct {
		Body struct {
			Items []chorusBody `json:"items"`
		}
	}
	placeListOutput struct {
		Body struct {
			Items []answerPlaceBody `json:"items"`
		}
	}
	voicePageOutput    struct{ Body httpx.Page[voiceBody] }
	commonAnswerOutput struct{ Body commonAnswerBody }
	answerItemsOutput  struct {
		Body httpx.Page[answerItemBody]
	}
)

type chorusListInput struct {
	Brand id.Brand `query:"brand"`
}

type voiceListInput struct {
	ChorusKey
	httpx.PageQuery
}

type apartInput struct {
	ConversationKey
	Body struct {
		Apart    bool      `json:"apart" doc:"It asks for something else after all; false: it belongs there"`
		ChorusID id.Chorus `json:"chorus_id,omitzero" doc:"Absent: of those who say the same under its post"`
	}
}

// ChorusKey names a chorus in a path. It is exported so that the document sees it where it is embedded.
type ChorusKey struct {
	Chorus id.Chorus `path:"chorus"`
}

type commonAnswerInput struct {
	Body struct {
		ChorusID    id.Chorus `json:"chorus_id"`
		PostID      id.Post   `json:"post_id,omitzero" doc:"Under which it stands, of a topic or an outage; absent: it answers an entry"`
		AnswersID   id.Entry  `json:"answers_id,omitzero" doc:"Which of their entries it answers; absent: the post"`
		Text        string    `json:"text" minLength:"1" maxLength:"100000"`
		Link        string    `json:"link" enum:"none,private,public" doc:"What each author gets besides: nothing, an answer that only they read, or one under what they said"`
		LinkText    string    `json:"link_text,omitempty" maxLength:"2000" doc:"What it says before the address of the answer"`
		StandsHours int       `json:"stands_hours" enum:"0,1,24,72" doc:"For so long it settles who joins"`
	}
}

// CommonAnswerKey names an answer to many in a path. It is exported so that the document sees it where it is embedded.
type CommonAnswerKey struct {
	Answer id.CommonAnswer `path:"answer"`
}

type answerItemsInput struct {
	CommonAnswerKey
	httpx.PageQuery
}

// RegisterChoruses adds the operations on what many say alike in public.
func RegisterChoruses(api *httpx.API, c Choruses) {
	httpx.Register(api, httpx.Operation{
		ID: "getChorus", Method: http.MethodGet, Path: conversationPath + "/chorus", Tag: tagChoruses,
		Summary: "What others say alike under the same post, and who is about the same topic or outage", Permission: actor.ConversationRead, Errors: notFound(),
	}, c.of)
	httpx.Register(api, httpx.Operation{
		ID: "setVoiceApart", Method: http.MethodPut, Path: conversationPath + "/chorus", Tag: tagChoruses, Status: http.StatusNoContent,
		Summary: "Take a conversation out of what others say alike, or put it back", Permission: actor.ConversationReply, Errors: notFound(),
	}, func(ctx context.Context, in *apartInput) (*struct{}, error) {
		return nil, c.Chorus.SetApart(ctx, in.ID, in.Body.ChorusID, in.Body.Apart)
	})
	httpx.Register(api, httpx.Operation{
		ID: "listChoruses", Method: http.MethodGet, Path: chorusesPath, Tag: tagChoruses,
		Summary: "What several say alike or are about who wait, as far as the caller can settle it; the largest of those heard last first", Permission: actor.ConversationRead,
	}, c.list)
	httpx.Register(api, httpx.Operation{
		ID: "listVoices", Method: http.MethodGet, Path: chorusesPath + "/{chorus}/voices", Tag: tagChoruses,
		Summary: "The open conversations that say alike, as far as the caller sees them", Permission: actor.ConversationRead, Errors: notFound(),
	}, c.voices)
	httpx.Register(api, httpx.Operation{
		ID: "listAnswerPlaces", Method: http.MethodGet, Path: chorusesPath + "/{chorus}/places", Tag: tagChoruses, Permission: actor.ConversationReply, Errors: notFound(),
		Summary: "The posts under which one answer to all of them can stand: first those under which most of them wait, then the newest of ours",
	}, c.places)
	c.registerAnswers(api)
}

func (c Choruses) registerAnswers(api *httpx.API) {
	const path = commonAnswersPath + "/{answer}"
	conflict := func(code string) httpx.Code { return httpx.Code{Kind: errs.Conflict, Code: code} }
	httpx.Register(api, httpx.Operation{
		ID: "startCommonAnswer", Method: http.MethodPost, Path: commonAnswersPath, Tag: tagChoruses, Permission: actor.ConversationReply, Creates: true,
		Summary: "Answer all who say alike, or are about the same, with one public answer; for some seconds it can be cancelled",
		Description: "Once everybody can read it, the work of all of them is closed as answered at that moment. What others work on is left to them. " +
			"Who asked where only they read gets the answer in their own conversation. Who joins while the answer stands is settled at once.",
		Errors: notFound(personNeeded(), conflict("common_answer.under_way"), conflict("common_answer.nobody"), conflict("chorus.not_public"), conflict("entry.gone"),
			httpx.Code{Kind: errs.Exhausted, Code: "common_answer.too_many"}),
	}, c.start)
	httpx.Register(api, httpx.Operation{
		ID: "getCommonAnswer", Method: http.MethodGet, Path: path, Tag: tagChoruses, Summary: "One answer to many", Permission: actor.ConversationRead, Errors: notFound(),
	}, func(ctx context.Context, in *CommonAnswerKey) (*commonAnswerOutput, error) {
		return c.answered(ctx)(c.Chorus.Get(ctx, in.Answer))
	})
	httpx.Register(api, httpx.Operation{
		ID: "listCommonAnswerItems", Method: http.MethodGet, Path: path + "/items", Tag: tagChoruses,
		Summary: "What became of an answer to many in each conversation that the caller sees", Permission: actor.ConversationRead, Errors: notFound(),
	}, c.items)
	httpx.Register(api, httpx.Operation{
		ID: "cancelCommonAnswer", Method: http.MethodPost, Path: path + "/cancel", Tag: tagChoruses, Status: http.StatusOK,
		Summary: "Take back an answer to many that was not said yet", Permission: actor.ConversationReply, Errors: notFound(conflict("common_answer.said")),
	}, func(ctx context.Context, in *CommonAnswerKey) (*commonAnswerOutput, error) {
		return c.answered(ctx)(c.Chorus.Cancel(ctx, in.Answer))
	})
	httpx.Register(api, httpx.Operation{
		ID: "stopCommonAnswer", Method: http.MethodPost, Path: path + "/stop", Tag: tagChoruses, Status: http.StatusOK,
		Summary: "Let an answer settle nobody more who joins", Permission: actor.ConversationReply, Errors: notFound(conflict("common_answer.not_standing")),
	}, func(ctx context.Context, in *CommonAnswerKey) (*commonAnswerOutput, error) {
		return c.answered(ctx)(c.Chorus.Stop(ctx, in.Answer))
	})
}

func (c Choruses) of(ctx context.Context, in *ConversationKey) (*chorusOutput, error) {
	found, err := c.Worklist.ChorusesOf(ctx, in.ID)
	out := &chorusOutput{}
	for _, f := range found {
		if err != nil {
			break
		}
		if f.Voices < 2 && f.AnswerID == 0 {
			continue
		}
		var body chorusBody
		body, err = c.body(ctx, f)
		if f.Kind == chorus.Words {
			out.Body.Chorus = &body
		} else {
			out.Body.Matters = append(out.Body.Matters, body)
		}
	}
	return out, err
}

func (c Choruses) places(ctx context.Context, in *ChorusKey) (*placeListOutput, error) {
	found, err := c.Chorus.Places(ctx, in.Chorus)
	out := &placeListOutput{}
	out.Body.Items = make([]answerPlaceBody, len(found))
	for i, p := range found {
		out.Body.Items[i] = answerPlaceBody{p.PostID, p.Channel, p.Name, p.Text, p.Ours, p.OccurredAt, p.Waiting}
	}
	return out, err
}

func (c Choruses) list(ctx context.Context, in *chorusListInput) (*chorusListOutput, error) {
	found, err := c.Worklist.Choruses(ctx, in.Brand)
	out := &chorusListOutput{}
	out.Body.Items = make([]chorusBody, len(found))
	for i, f := range found {
		if err != nil {
			break
		}
		out.Body.Items[i], err = c.body(ctx, f)
	}
	return out, err
}

func (c Choruses) body(ctx context.Context, f worklist.Chorus) (chorusBody, error) {
	body := chorusBody{
		ID: f.ID, Kind: string(f.Kind), BrandID: f.BrandID, Channel: f.Channel, Channels: append([]string{}, f.Channels...),
		PostID: f.PostID, PostText: f.PostText, Topic: f.Topic, Says: f.Says,
		Waiting: f.Waiting, Private: f.Private, Voices: f.Voices, OldestAt: f.OldestAt, LastAt: f.LastAt,
	}
	if f.CaseID != 0 {
		body.Case = &outageRef{f.CaseID, f.Number, f.Subject}
	}
	if f.AnswerID == 0 {
		return body, nil
	}
	out, err := c.answered(ctx)(c.Chorus.Get(ctx, f.AnswerID))
	if err == nil {
		body.Answer = &out.Body
	}
	return body, err
}

func (c Choruses) voices(ctx context.Context, in *voiceListInput) (*voicePageOutput, error) {
	var after worklist.VoiceCursor
	if _, err := in.After(&after); err != nil {
		return nil, err
	}
	if err := c.Chorus.Known(ctx, in.Chorus); err != nil {
		return nil, err
	}
	found, err := c.Worklist.Voices(ctx, in.Chorus, after, in.Size())
	if err != nil {
		return nil, err
	}
	page, err := httpx.NewPage(found, in.Size(), func(last worklist.Voice) any { return worklist.VoiceCursor{At: last.At, ID: last.ConversationID} })
	return &voicePageOutput{Body: pageOf(page, voiceOf)}, err
}

func voiceOf(v worklist.Voice) voiceBody {
	body := voiceBody{
		ConversationID: v.ConversationID, EntryID: v.EntryID, Customer: customerRef{v.CustomerID, v.CustomerName}, Text: v.Text, At: v.At, State: v.State, Private: v.Private,
		ApartAt: v.ApartAt,
	}
	if v.AgentID != 0 {
		body.Agent = &UserRef{v.AgentID, v.AgentName}
	}
	return body
}

func (c Choruses) start(ctx context.Context, in *commonAnswerInput) (*commonAnswerOutput, error) {
	b := in.Body
	return c.answered(ctx)(c.Chorus.Start(ctx, chorus.Start{
		Chorus: b.ChorusID, Post: b.PostID, Answers: b.AnswersID, Text: b.Text, Link: chorus.Link(b.Link), LinkText: b.LinkText, Stands: time.Duration(b.StandsHours) * time.Hour,
	}))
}

// answered returns what shows an answer, or the error in its place.
func (c Choruses) answered(ctx context.Context) func(m chorus.Answer, err error) (*commonAnswerOutput, error) {
	return func(m chorus.Answer, err error) (*commonAnswerOutput, error) {
		if err != nil {
			return nil, err
		}
		names, err := c.People.Names(ctx, []id.User{m.MadeBy})
		return &commonAnswerOutput{Body: commonAnswerBody{
			ID: m.ID, ChorusID: m.ChorusID, PostID: m.PostID, ConversationID: m.ConversationID, EntryID: m.EntryID, AnswersID: m.ParentID, Text: m.Body, Link: string(m.Link), LinkText: m.LinkBody,
			State: string(m.State), Reason: m.Reason, DueAt: m.DueAt, StandsHours: m.StandsSeconds / 3600, StandsUntil: m.StandsUntil, SaidAt: m.SaidAt,
			Total: m.Total, Settled: m.Settled, MadeBy: refTo(m.MadeBy, names), MadeAt: m.MadeAt, EndedAt: m.EndedAt,
		}}, err
	}
}

func (c Choruses) items(ctx context.Context, in *answerItemsInput) (*answerItemsOutput, error) {
	if _, err := c.Chorus.Get(ctx, in.Answer); err != nil {
		return nil, err
	}
	var after id.Conversation
	if _, err := in.After(&after); err != nil {
		return nil, err
	}
	found, err := c.Worklist.AnswerItems(ctx, in.Answer, after, in.Size())
	if err != nil {
		return nil, err
	}
	page, err := httpx.NewPage(found, in.Size(), func(last worklist.AnswerItem) any { return last.ConversationID })
	return &answerItemsOutput{Body: pageOf(page, func(i worklist.AnswerItem) answerItemBody {
		return answerItemBody{i.ConversationID, customerRef{i.CustomerID, i.CustomerName}, i.State, i.Code, i.Late, i.Private, i.LinkState, i.LinkCode, i.Open, i.At}
	})}, err
}

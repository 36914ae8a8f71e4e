package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/survey"
)

// SurveyRow is what a customer thought of an interaction.
type SurveyRow struct {
	ID             id.Survey       `json:"id"`
	InteractionID  id.Interaction  `json:"interaction_id"`
	ConversationID id.Conversation `json:"conversation_id"`
	BrandID        id.Brand        `json:"brand_id"`
	QueueID        id.Queue        `json:"queue_id,omitzero"`
	Agent          *UserRef        `json:"agent,omitempty"`
	Channel        string          `json:"channel"`
	Stars          int             `json:"stars"`
	Comment        string          `json:"comment,omitempty"`
	AskedAt        time.Time       `json:"asked_at"`
	AnsweredAt     time.Time       `json:"answered_at"`
}

type surveyListInput struct {
	httpx.PageQuery

	Brand id.Brand  `query:"brand"`
	Queue id.Queue  `query:"queue"`
	Agent id.User   `query:"agent"`
	Stars int       `query:"stars" minimum:"0" maximum:"5" doc:"Only answers with that many"`
	From  time.Time `query:"from"`
	To    time.Time `query:"to" doc:"Not included"`
}

func (in *surveyListInput) filter() survey.Filter {
	return survey.Filter{Brand: in.Brand, Queue: in.Queue, Agent: in.Agent, Stars: in.Stars, From: in.From, To: in.To, Limit: in.Size() + 1}
}

type surveyListOutput struct {
	Body struct {
		httpx.Page[SurveyRow]

		Answers       int64    `json:"answers" doc:"How many there are on all pages"`
		TopTwoPercent *float64 `json:"top_two_percent,omitempty" doc:"Four and five stars"`
		Mean          *float64 `json:"stars_mean,omitempty"`
	}
}

// RegisterSurveys adds the operation that lists what customers thought.
func RegisterSurveys(api *httpx.API, svc *survey.Service, people People) {
	httpx.Register(api, httpx.Operation{
		ID: "listSurveys", Method: http.MethodGet, Path: "/api/v1/surveys", Tag: tagFigures,
		Summary: "Answers of customers with their score, newest first", Permission: actor.FiguresRead,
	}, func(ctx context.Context, in *surveyListInput) (*surveyListOutput, error) {
		f := in.filter()
		if _, err := in.After(&f.After); err != nil {
			return nil, err
		}
		answers, err := svc.List(ctx, f)
		if err != nil {
			return nil, err
		}
		score, err := svc.Score(ctx, f)
		if err != nil {
			return nil, err
		}
		page, err := httpx.NewPage(answers, in.Size(), func(last survey.Answer) any { return last.ID })
		if err != nil {
			return nil, err
		}
		names, err := people.Names(ctx, judged(page.Items))
		out := &surveyListOutput{}
		out.Body.Page = pageOf(page, func(a survey.Answer) SurveyRow { return surveyRow(a, names) })
		out.Body.Answers, out.Body.TopTwoPercent, out.Body.Mean = score.Answers, known(score.TopPercent()), known(score.Mean())
		return out, err
	})
}

func judged(answers []survey.Answer) []id.User {
	users := make([]id.User, 0, len(answers))
	for _, a := range answers {
		users = append(users, a.AgentID)
	}
	return users
}

func surveyRow(a survey.Answer, names map[id.User]string) SurveyRow {
	return SurveyRow{
		ID: a.ID, InteractionID: a.InteractionID, ConversationID: a.ConversationID, BrandID: a.BrandID, QueueID: a.QueueID,
		Agent: refTo(a.AgentID, names), Channel: a.Channel, Stars: a.Stars, Comment: a.Comment, AskedAt: a.AskedAt, AnsweredAt: a.AnsweredAt,
	}
}

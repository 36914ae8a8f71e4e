package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/report"
)

const tagBoard = "board"

// BoardTotals sums up the queues of a board.
type BoardTotals struct {
	Waiting      int            `json:"waiting"`
	LongestSince time.Time      `json:"longest_since,omitzero"`
	Today        BoardToday     `json:"today"`
	Agents       map[string]int `json:"agents" doc:"How many do what: offline, available, away, offered, busy, wrap_up"`
}

type boardOutput struct {
	Body struct {
		At     time.Time    `json:"at"`
		Live   bool         `json:"live" doc:"False while routing does not answer; then states are as last stored"`
		Totals BoardTotals  `json:"totals"`
		Queues []BoardQueue `json:"queues"`
		Agents []BoardAgent `json:"agents"`
	}
}

// RegisterBoard adds the operations of the live board.
func RegisterBoard(api *httpx.API, svc *report.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "getBoard", Method: http.MethodGet, Path: "/api/v1/board", Tag: tagBoard,
		Summary: "Queues and agents as they are now, with the figures of today", Permission: actor.BoardRead,
	}, func(ctx context.Context, _ *struct{}) (*boardOutput, error) {
		b, err := svc.Board(ctx)
		if err != nil {
			return nil, err
		}
		return showBoard(b), nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "drillBoard", Method: http.MethodGet, Path: "/api/v1/board/drill", Tag: tagBoard,
		Summary: "The very interactions behind a figure of the board, today's without a time", Permission: actor.BoardRead,
	}, func(ctx context.Context, in *drillInput) (*drillOutput, error) {
		return in.drill(ctx, svc, svc.BoardDrill)
	})
}

func showBoard(b report.Board) *boardOutput {
	out := &boardOutput{}
	out.Body.At, out.Body.Live = b.At, b.Live
	out.Body.Totals = BoardTotals{
		Waiting: b.Total.Waiting, LongestSince: b.Total.Longest, Agents: map[string]int{},
		Today: boardToday(b.Total.Visits, b.Total.Work, b.Total.TargetPercent, 0),
	}
	for does, n := range b.Total.Activities {
		out.Body.Totals.Agents[string(does)] = n
	}
	out.Body.Queues = make([]BoardQueue, len(b.Queues))
	for i, q := range b.Queues {
		out.Body.Queues[i] = BoardQueueOf(q)
	}
	out.Body.Agents = make([]BoardAgent, len(b.Agents))
	for i, a := range b.Agents {
		out.Body.Agents[i] = BoardAgentOf(a)
	}
	return out
}

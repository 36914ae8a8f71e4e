// Package report computes every figure of the house from the stamps that routing
// and survey keep: the figures of the past, the interactions behind each of them,
// and the live board.
//
// Stamps become sums per 15-minute interval of UTC (Rollup), sums become figures
// (formula.go). Visits count where they entered the queue, agents' work where it
// ended, agents' time where it passed. Days of a time zone are sums of intervals,
// so a day of 23 or 25 hours needs no thought. docs/metrics.md defines each figure.
//
// What must never break: a row of the rollup equals what Rebuild computes from
// the stamps; offered = answered + abandoned + overflowed + transferred + callback
// + closed + open in every row; the sum of the intervals is the day and the sum of
// the agents is the team; "within T" means at most T; a figure without a
// denominator is absent, not zero; nobody sees a row beyond their brands and scope.
package report

package db

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
)

func TestWhoCameFirstReadsFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		line := make(turns, 1)
		done, err := line.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var order []int
		for i := range 20 {
			go func() {
				next, err := line.take(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				order = append(order, i)
				next()
			}()
			synctest.Wait() // i stands in the line
		}
		done()
		synctest.Wait()
		if len(order) != 20 || !slices.IsSorted(order) {
			t.Errorf("read in the order %v", order)
		}
	})
}

func TestWhoLeavesTheLineTakesNoTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		line := make(turns, 1)
		done, err := line.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ctx, leave := context.WithCancel(t.Context())
		go leave()
		if _, err := line.take(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("left with %v", err)
		}
		done()
		if done, err = line.take(t.Context()); err != nil {
			t.Fatal(err)
		}
		done()
	})
}

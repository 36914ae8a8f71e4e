package i18n_test

import (
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/i18n"
)

// The bundle gives problems their words.
var _ httpx.Texts = (*i18n.Bundle)(nil)

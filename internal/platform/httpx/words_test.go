package httpx

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/zongler/zongler/internal/errs"
)

func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	codes := []string{
		codeFields, codeMalformed, codeTooLarge, codeMediaType, codeSlowBody, codeMethod, codeCrossSite,
		codeRateLimit + "_other", codeKeyInUse, codeKeyReused, codeKeyInvalid, "format.cursor", "malformed",
	}
	for kind := errs.Internal; kind <= errs.Unavailable; kind++ {
		codes = append(codes, kind.String(), titlePrefix+kind.String())
	}
	for _, r := range rules() {
		codes = append(codes, r.code)
	}
	data, err := os.ReadFile("../../../web/i18n/en/errors.json")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	if err := json.Unmarshal(data, &words); err != nil {
		t.Fatal(err)
	}
	for _, code := range codes {
		if words[code] == "" {
			t.Errorf("%s has no words", code)
		}
	}
}

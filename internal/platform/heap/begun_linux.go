package heap

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// letGoOfFile tells the system that the pages of the program's code are not needed now. What is used on is there again at
// the first touch, from the system's own memory: nothing of it was ever written (madvise(2), MADV_DONTNEED). Constants
// stay: where a program is built to lie anywhere, the loader has written into them.
func letGoOfFile() {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return
	}
	defer maps.Close()
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		if from, to, is := code(lines.Text(), program); is {
			_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, from, to-from, syscall.MADV_DONTNEED) // if not, then not
		}
	}
}

// code reports whether a line of maps is of the program's code, and where it is (proc_pid_maps(5)).
func code(line, program string) (from, to uintptr, is bool) {
	parts := strings.Fields(line)
	if len(parts) < 6 || parts[5] != program || parts[1] != "r-xp" {
		return 0, 0, false
	}
	begin, end, _ := strings.Cut(parts[0], "-")
	low, err := strconv.ParseUint(begin, 16, 64)
	if err != nil {
		return 0, 0, false
	}
	high, err := strconv.ParseUint(end, 16, 64)
	return uintptr(low), uintptr(high), err == nil && high > low
}

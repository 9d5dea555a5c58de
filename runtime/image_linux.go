package runtime

import (
	"debug/elf"
	"unsafe"

	"golang.org/x/sys/unix"
)

// giveBackImage takes the program's code and constants out of the process's memory.
// They stay in the system's cache of files, and what is needed from here on comes back
// from there, page by page, at the first use. The other half has only been needed to
// start: the grammar, the keywords' records, the checks. The system finds it easier to
// use the memory of pages that no process has mapped.
func giveBackImage() {
	all := imageSegments()
	if len(all) == 0 || !all[0].comesBack() {
		return
	}
	for _, s := range all {
		// What nobody can write to is the same in the file.
		unix.Syscall(unix.SYS_MADVISE, s.addr, s.size, unix.MADV_DONTNEED)
	}
}

// comesBack tries whether the first page of the program, which has the ELF header and
// which nobody needs any more, comes back. It does not where something else than the
// system has loaded the program, such as valgrind.
func (s segment) comesBack() bool {
	const magic = "\x7fELF"
	head := unsafe.Slice(*(**byte)(unsafe.Pointer(&s.addr)), len(magic))
	if string(head) != magic {
		return false
	}
	unix.Syscall(unix.SYS_MADVISE, s.addr, uintptr(unix.Getpagesize()), unix.MADV_DONTNEED)
	return string(head) == magic
}

// segment is a part of the program in memory, in whole pages.
type segment struct{ addr, size uintptr }

// imageSegments finds the parts of the program that are only read. It looks at the
// program headers in memory: there need not be a /proc.
func imageSegments() []segment {
	auxv, err := unix.Auxv()
	if err != nil {
		return nil
	}
	const phdr, phnum = 3, 5 // AT_PHDR, AT_PHNUM of auxiliary vectors
	var at, n, page uintptr
	page = uintptr(unix.Getpagesize())
	for _, v := range auxv {
		switch v[0] {
		case phdr:
			at = v[1]
		case phnum:
			n = v[1]
		}
	}
	if at == 0 || unsafe.Sizeof(at) != 8 {
		return nil
	}
	// The headers are no memory of Go's, whose address never changes.
	headers := unsafe.Slice(*(**elf.Prog64)(unsafe.Pointer(&at)), n)
	var base uintptr // where a program without a fixed place has been put
	for i := range headers {
		if h := &headers[i]; elf.ProgType(h.Type) == elf.PT_PHDR {
			base = at - uintptr(h.Vaddr)
		}
	}
	var all []segment
	for i := range headers {
		h := &headers[i]
		if elf.ProgType(h.Type) != elf.PT_LOAD || elf.ProgFlag(h.Flags)&elf.PF_W != 0 {
			continue
		}
		first := (base + uintptr(h.Vaddr)) &^ (page - 1)
		end := (base + uintptr(h.Vaddr+h.Filesz) + page - 1) &^ (page - 1)
		all = append(all, segment{first, end - first})
	}
	return all
}

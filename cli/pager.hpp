// Long output on a terminal goes through a pager ($DXCTL_PAGER, $PAGER, else `less -FRX`).
#pragma once

#include <cstdio>
#include <string_view>

namespace dx::cli {

class Pager {
public:
    explicit Pager(bool of_use) : of_use_(of_use) {}

    Pager(const Pager&) = delete;
    Pager& operator=(const Pager&) = delete;
    ~Pager();  // waits until the reader has left it

    // False when nobody reads any more. The first text starts a pager, if stdout is a terminal and
    // one is of use and wanted (not "" or "cat").
    bool write(std::string_view text);

    // Throws Failure if writing failed (the disk is full). That nobody reads any more is none.
    void check_written() const;

private:
    void start();

    bool of_use_;
    std::FILE* to_ = nullptr;  // the pager's stdin, or stdout; none before the first text
    bool piped_ = false;
    int error_ = 0;
};

}  // namespace dx::cli

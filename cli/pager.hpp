// Long output on a terminal goes through a pager ($DXCTL_PAGER, $PAGER, else `less -FRX`).
#pragma once

#include <cstdio>
#include <string_view>

namespace dx::cli {

class Pager {
public:
    // Starts one if stdout is a terminal and one is wanted (not "" or "cat").
    Pager();
    Pager(const Pager&) = delete;
    Pager& operator=(const Pager&) = delete;
    ~Pager();  // waits until the reader has left it

    // False when nobody reads any more.
    bool write(std::string_view text);

    // Throws Failure if writing failed (the disk is full). That nobody reads any more is none.
    void check_written() const;

private:
    std::FILE* to_;  // the pager's stdin, or stdout
    bool piped_ = false;
    int error_ = 0;
};

}  // namespace dx::cli

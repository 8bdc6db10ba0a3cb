// What does not fit on the terminal goes through a pager ($DXCTL_PAGER, $PAGER, else `less -FRX`).
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace dx::cli {

class Pager {
public:
    explicit Pager(bool of_use) : of_use_(of_use) {}

    Pager(const Pager&) = delete;
    Pager& operator=(const Pager&) = delete;
    ~Pager();  // writes what is held, and waits until the reader has left

    // False when nobody reads any more. If stdout is a terminal and a pager is of use and wanted
    // (not "" or "cat"), text is held until it is more than fits there, which starts the pager.
    bool write(std::string_view text);

    // Nothing more comes. Throws Failure if writing failed (the disk is full). That nobody reads
    // any more is none.
    void finish();

private:
    bool is_wanted() const;
    void start();
    bool pass_on(std::string_view text);
    bool pass_on_held();

    bool of_use_;
    std::string held_;         // while it may fit
    std::FILE* to_ = nullptr;  // the pager's stdin, or stdout; none while text is held
    bool piped_ = false;
    int error_ = 0;
};

}  // namespace dx::cli

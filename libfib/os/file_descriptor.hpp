// File descriptors that are closed with their owners, and what is written to them.
#pragma once

#include <string_view>
#include <utility>

namespace dx::os {

class FileDescriptor {
public:
    FileDescriptor() = default;

    // Owns it from here on; -1, as open(2) and its kin fail, is none.
    explicit FileDescriptor(int number) : number_(number) {}

    FileDescriptor(FileDescriptor&& other) noexcept : number_(other.release()) {}

    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }

    ~FileDescriptor();

    int number() const { return number_; }

    bool is_open() const { return number_ >= 0; }

    // Its owner is the caller now.
    int release() { return std::exchange(number_, -1); }

    // False, and errno says why, where close(2) reports that what was written is lost.
    bool close();

private:
    int number_ = -1;
};

// All of them, however many calls it takes; false, and errno says why, where that cannot be.
bool write_all(const FileDescriptor& file, std::string_view bytes);

}  // namespace dx::os

// A .tar.gz written file by file, without a temporary one.
#pragma once

#include <string>
#include <string_view>

namespace dx::cli {

class Archive {
public:
    // Throws Failure where `file` exists or cannot be made: it is its owner's alone.
    explicit Archive(const std::string& file);
    ~Archive();
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;

    // `name` has at most 99 bytes.
    void add(std::string_view name, std::string_view text);

    // Throws Failure where not everything could be written.
    void finish();

private:
    void write(std::string_view bytes);

    std::string file_;
    void* gzip_ = nullptr;  // zlib's gzFile
    bool failed_ = false;
};

}  // namespace dx::cli

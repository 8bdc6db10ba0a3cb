#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace dx::control {

class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string name = (std::filesystem::temp_directory_path() / "dx-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }

    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    ~TemporaryDirectory() { std::filesystem::remove_all(path_); }

    std::string file(const char* name) const { return path_ + '/' + name; }

private:
    std::string path_;
};

}  // namespace dx::control

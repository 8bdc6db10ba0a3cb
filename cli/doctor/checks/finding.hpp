// What a check finds.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace dx::doctor {

enum class Result : std::uint8_t {
    Ok,
    Warning,  // works, but is not as it should be
    Failed,   // wrong: something does not work because of it
    Unknown,  // could not be found out
    Skipped,  // does not apply, or what it stands on has failed
};

struct Finding {
    Result result = Result::Ok;
    std::string detail;  // what was seen
    std::string advice;  // what to do; empty unless Warning or Failed
};

inline Finding ok(std::string detail) {
    return {Result::Ok, std::move(detail), {}};
}

inline Finding skipped(std::string detail) {
    return {Result::Skipped, std::move(detail), {}};
}

inline Finding unknown(std::string detail) {
    return {Result::Unknown, std::move(detail), {}};
}

inline Finding warning(std::string detail, std::string advice) {
    return {Result::Warning, std::move(detail), std::move(advice)};
}

inline Finding failed(std::string detail, std::string advice) {
    return {Result::Failed, std::move(detail), std::move(advice)};
}

}  // namespace dx::doctor

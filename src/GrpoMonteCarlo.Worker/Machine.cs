using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace GrpoMonteCarlo.Worker;

/// <summary>What the tool runs on, for the manifest and for benchmarks.</summary>
internal static class Machine
{
    public static JsonObject Describe() => new()
    {
        ["processor"] = ProcessorName(),
        ["processors"] = Environment.ProcessorCount,
        ["os"] = RuntimeInformation.OSDescription,
        ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
        ["runtime"] = RuntimeInformation.FrameworkDescription,
    };

    private static string? ProcessorName()
    {
        const string CpuInfo = "/proc/cpuinfo";
        return File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
    }
}

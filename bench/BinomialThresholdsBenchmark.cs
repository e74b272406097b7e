using BenchmarkDotNet.Attributes;
using GrpoMonteCarlo.Kernels;

namespace GrpoMonteCarlo.Bench;

/// <summary>The table of the groups sampler at p = 0.3: what every update costs before its first group.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class BinomialThresholdsBenchmark
{
    private readonly RareProbability _q = RareProbability.Round(0.3);
    private readonly BinomialThresholds _thresholds = new(GroupBounds.MaxGroupSize);

    [Params(2, 8, 16, 64, 1024, 4096)]
    public int G { get; set; }

    [Benchmark]
    public void Build() => _thresholds.Build(_q, G);
}

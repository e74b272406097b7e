using BenchmarkDotNet.Attributes;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Bench;

/// <summary>
/// One update: M groups of G at p = 0.3, drawn whole and counted. Goals at M = 65536 with AVX-512: 3 G groups/s for G = 16
/// and 1.5 for G = 64.
/// </summary>
[MemoryDiagnoser(displayGenColumns: false), Throughput("G groups/s", 1, nameof(M))]
public class GroupsBenchmark
{
    private readonly RareProbability _q = RareProbability.Round(0.3);
    private GroupsSampler _sampler = new(InstructionSet.Scalar);
    private long[] _histogram = [];
    private long _replicate;

    [Params(2, 8, 16, 64, 1024)]
    public int G { get; set; }

    [Params(64, 65536)]
    public long M { get; set; }

    [ParamsSource(nameof(Widths))]
    public string Width { get; set; } = "";

    public static IEnumerable<string> Widths => InstructionSets.Available.Select(isa => isa.ToString());

    [GlobalSetup]
    public void SetUp()
    {
        _sampler = new GroupsSampler(Enum.Parse<InstructionSet>(Width));
        _histogram = new long[G + 1];
    }

    // Another address each time: a branch predictor learns a small update by heart.
    [Benchmark]
    public void Sample() =>
        _sampler.Sample(new StreamKey(1, 2), new StreamAddress(_replicate++, 0, 0, StreamPurpose.Groups), _q, G, M, _histogram);
}

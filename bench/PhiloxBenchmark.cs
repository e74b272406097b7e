using BenchmarkDotNet.Attributes;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Bench;

/// <summary>Bit planes into a buffer of 16 KB, which stays in L1.</summary>
[MemoryDiagnoser(displayGenColumns: false), Throughput("GB/s", Bytes)]
public class PhiloxBenchmark
{
    private const int Bytes = 64 * 256;

    private readonly ulong[] _planes = new ulong[Bytes / sizeof(ulong)];
    private IPhilox _philox = new PhiloxScalar();

    [ParamsSource(nameof(Widths))]
    public string Width { get; set; } = "";

    public static IEnumerable<string> Widths => InstructionSets.Available.Select(isa => isa.ToString());

    [GlobalSetup]
    public void SetUp() => _philox = Philox.For(Enum.Parse<InstructionSet>(Width));

    [Benchmark]
    public void Fill() => _philox.Fill(new StreamKey(1, 2), 0, _planes);
}

using BenchmarkDotNet.Attributes;
using GrpoMonteCarlo.Kernels;

namespace GrpoMonteCarlo.Bench;

/// <summary>The alias table of a policy over A arms, of weights nobody can predict. The goal: 5 ns an arm.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class ArmTableBenchmark
{
    // So many that a branch predictor learns none by heart.
    private const int AllArms = 1 << 17;

    private readonly ArmTable _table = new();
    private double[][] _weights = [];
    private int _policy;

    [Params(4, 64, 100, 1024, 4096)]
    public int A { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        System.Random random = new(1);
        _weights = [.. Enumerable.Range(0, AllArms / A).Select(_ => Enumerable.Range(0, A).Select(_ => random.NextDouble()).ToArray())];
    }

    [Benchmark]
    public void Build() => _table.Build(_weights[_policy++ % _weights.Length]);
}

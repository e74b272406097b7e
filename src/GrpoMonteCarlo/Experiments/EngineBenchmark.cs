using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Experiments;

/// <summary>How fast a part of the engine is on this machine, on one thread.</summary>
/// <param name="Kernel"><c>philox</c>, the samplers <c>rollouts</c>, <c>groups</c> and <c>counts</c>, or <c>run</c> for whole replicates.</param>
/// <param name="InstructionSet"><c>scalar</c>, <c>vector128</c>, <c>avx2</c> or <c>avx512</c>.</param>
/// <param name="GroupSize">G, where there are groups.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="PerSecond">How many a second.</param>
public sealed record EngineRate(string Kernel, string InstructionSet, int? GroupSize, string Unit, double PerSecond);

/// <summary>Measures the engine in seconds, and fingerprints what it computes.</summary>
public static class EngineBenchmark
{
    private const long Groups = 65_536;
    private const int Repetitions = 5;

    private static readonly int[] GroupSizes = [2, 8, 16, 64];
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Repetition = TimeSpan.FromMilliseconds(15);
    private static readonly StreamKey Key = new(1, 2);

    // Every rule, anchor and sampler, saturated replicates among them.
    private const string DigestExperiment = """
        {
          "name": "digest", "seed": 2503, "iterations": 8, "replicates": 50,
          "grid": [
            {
              "pRef": [0.1, 0.7], "beta": [0.3, 2], "groupSize": [2, 5, 16], "groups": 40,
              "advantage": ["grpo", "grpo-sample-std", "dr-grpo", "rloo", "maxrl"], "anchor": ["reference", "previous", { "mixed": 0.5 }]
            },
            { "pRef": 0.2, "beta": 1, "groupSize": 100, "groups": [3, 1000] },
            { "pRef": 0.3, "beta": 1, "groupSize": 3, "groups": 64, "advantage": { "scale": [0, 1, 2, 0] } }
          ],
          "record": { "trajectories": true }
        }
        """;

    // Every estimator and kind of update, noise, lag, stages, populations; few replicates, as most of the time goes into closed forms.
    private const string DigestOfVariants = """
        {
          "name": "digest-variants", "seed": 2503, "iterations": 5, "replicates": 10,
          "grid": [
            {
              "pRef": [0.02, 0.6], "beta": 2, "groupSize": 4, "groups": 30, "stageLength": 3,
              "estimator": ["plug-in", "self-normalized", "drop-degenerate", "dynamic-sampling"]
            },
            {
              "prompts": { "count": 5, "beta": [1, 2] }, "promptsPerUpdate": [2, 5], "beta": 2, "groupSize": 4, "groups": 8,
              "advantage": ["grpo", "grpo-batch-std"], "verifier": [{}, { "falsePositive": 0.1, "falseNegative": 0.05 }]
            },
            {
              "pRef": 0.3, "beta": 2, "groupSize": 4, "groups": 30, "anchor": { "mixed": 0.5 }, "lag": 1, "update": ["tied", "per-arm"],
              "arms": [{ "count": 6, "reference": "zipf" }, { "count": 6, "reference": { "dirichlet": 0.5 } }],
              "verifier": [{}, { "falsePositive": 0.1, "falseNegative": 0.05 }]
            },
            {
              "pRef": 0.3, "beta": 2, "groupSize": 4, "groups": 30, "arms": [2, 6], "stageLength": 4,
              "update": [
                { "kind": "gradient", "kl": "exact" }, { "kind": "gradient", "kl": "k2", "degenerateKl": "masked" },
                { "kind": "gradient", "kl": "k3", "steps": 3, "clip": 0.1 }, { "kind": "gradient", "kl": "k3-corrected", "steps": 2 }
              ]
            }
          ],
          "record": { "trajectories": true }
        }
        """;

    // What only one sampler can draw: the groups themselves.
    private const string DigestOfGroups = """
        {
          "name": "digest-groups", "seed": 2503, "iterations": 5, "replicates": 10,
          "grid": {
            "pRef": 0.3, "beta": 2, "groupSize": 4, "groups": 20, "arms": 6, "verifier": [{}, { "falsePositive": 0.1, "falseNegative": 0.05 }],
            "update": { "kind": "gradient", "kl": "k1-in-reward" }
          },
          "record": { "trajectories": true }
        }
        """;

    /// <summary>
    /// SHA-256 over the results of small experiments with every rule, anchor, sampler and kind of update. The same on every machine and
    /// instruction set: a changed digest means changed results.
    /// </summary>
    public static string Digest()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        var simulator = new CellSimulator();
        foreach (Sampler sampler in Enum.GetValues<Sampler>())
        {
            Write(Read(DigestExperiment) with { Sampler = sampler });
            Write(Read(DigestOfVariants) with { Sampler = sampler });
        }

        Write(Read(DigestOfGroups));
        writer.Flush();
        return Convert.ToHexStringLower(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));

        static Experiment Read(string json) => ExperimentReader.Read(Encoding.UTF8.GetBytes(json));

        void Write(Experiment experiment)
        {
            var plan = Plan.Of(experiment);
            foreach (Cell cell in plan.Cells)
            {
                simulator.Simulate(plan.ProblemOf(cell), 0, (int)experiment.Replicates).Write(writer);
            }
        }
    }

    /// <summary>
    /// The rate of each kernel on each instruction set that this processor has: medians of a few repetitions, at p = 0.3 and 65,536
    /// groups, and of whole replicates at G = 16 with 256 and 65,536 groups.
    /// </summary>
    public static IEnumerable<EngineRate> Rates()
    {
        foreach (InstructionSet isa in InstructionSets.Available)
        {
            string name = isa.ToString().ToLowerInvariant();
            yield return new EngineRate("philox", name, null, "bytes", PhiloxRate(isa));
            foreach (int groupSize in GroupSizes)
            {
                yield return new EngineRate("rollouts", name, groupSize, "rollouts", UpdateRate(Sampler.Rollouts, isa, groupSize) * Groups * groupSize);
                yield return new EngineRate("groups", name, groupSize, "groups", UpdateRate(Sampler.Groups, isa, groupSize) * Groups);
                yield return new EngineRate("counts", name, groupSize, "updates of 65536 groups", UpdateRate(Sampler.Counts, isa, groupSize));
            }

            yield return new EngineRate("run", name, 16, "updates of 256 groups", RunRate(isa, 256));
            yield return new EngineRate("run", name, 16, "updates of 65536 groups", RunRate(isa, Groups));
        }
    }

    private static double PhiloxRate(InstructionSet isa)
    {
        IPhilox philox = Philox.For(isa);
        ulong[] planes = new ulong[64 * Philox.BatchWords];
        return planes.Length * sizeof(ulong) * PerSecond(() => philox.Fill(Key, 0, planes));
    }

    private static double UpdateRate(Sampler sampler, InstructionSet isa, int groupSize)
    {
        ICountSampler drawn = CellSimulator.Create(sampler, isa);
        long[] histogram = new long[groupSize + 1];
        var q = RareProbability.Round(0.3);
        long replicate = 0;
        return PerSecond(() => drawn.Sample(Key, new StreamAddress(replicate++, 1, 0, StreamPurpose.Rollouts), q, groupSize, Groups, histogram));
    }

    // Updates a second of whole replicates, closed forms and sums included.
    private static double RunRate(InstructionSet isa, long groups)
    {
        const int Iterations = 20;
        const int Replicates = 50;
        var plan = Plan.Of(ExperimentReader.Read(Encoding.UTF8.GetBytes($$"""
            {
              "name": "rate", "seed": 1, "iterations": {{Iterations}}, "replicates": {{Replicates}},
              "grid": { "pRef": 0.3, "beta": 2, "groupSize": 16, "groups": {{groups}} }
            }
            """)));
        CellProblem problem = plan.ProblemOf(plan.Cells[0]);
        var simulator = new CellSimulator(isa);
        return Iterations * Replicates * PerSecond(() => simulator.Simulate(problem, 0, Replicates));
    }

    private static double PerSecond(Action work)
    {
        Repeat(work, WarmUp);
        return Enumerable.Range(0, Repetitions).Select(_ => Repeat(work, Repetition)).Order().ElementAt(Repetitions / 2);
    }

    private static double Repeat(Action work, TimeSpan atLeast)
    {
        long started = Stopwatch.GetTimestamp();
        long done = 0;
        TimeSpan elapsed;
        do
        {
            work();
            done++;
            elapsed = Stopwatch.GetElapsedTime(started);
        }
        while (elapsed < atLeast);
        return done / elapsed.TotalSeconds;
    }
}

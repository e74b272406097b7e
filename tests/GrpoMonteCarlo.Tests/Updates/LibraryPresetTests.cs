using System.Numerics;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Updates;

public class LibraryPresetTests
{
    public static TheoryData<string> Names() => ["trl", "verl", "openrlhf", "dapo", "dr-grpo"];

    [Fact]
    public void Every_preset_is_named_once_and_says_where_it_comes_from()
    {
        Assert.Equal(Names().Select(row => row.Data), LibraryPreset.Named.Select(preset => preset.Name));
        Assert.All(LibraryPreset.Named, preset => Assert.StartsWith("https://github.com/", preset.Link, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("trl", "grpo-sample-std", 1e-4, 8, 0, KlEstimator.K3, 0.2, 0.2, false)]
    [InlineData("verl", "grpo-sample-std", 1e-6, null, 0.001, KlEstimator.K3, 0.2, 0.2, false)]
    [InlineData("openrlhf", "grpo-sample-std", 1e-9, null, 0.01, KlEstimator.K2, 0.2, 0.2, false)]
    [InlineData("dapo", "grpo-sample-std", 1e-6, 16, 0, KlEstimator.K3, 0.2, 0.28, true)]
    [InlineData("dr-grpo", "dr-grpo", 0, 8, 0, KlEstimator.K3, 0.2, 0.2, false)]
    public void The_numbers_are_those_read_in_the_sources(
        string name, string rule, double epsilon, int? groupSize, double beta, KlEstimator kl, double clipLow, double clipHigh, bool dynamicSampling)
    {
        LibraryPreset preset = Preset(name);
        Assert.Equal(rule, preset.Advantage.Name);
        Assert.Equal(epsilon, preset.Epsilon);
        Assert.Equal(groupSize, preset.GroupSize);
        Assert.Equal(beta, preset.Beta);
        Assert.Equal(new GradientSettings { ClipLow = clipLow, ClipHigh = clipHigh, Kl = kl }, preset.Gradient);
        Assert.Equal(dynamicSampling, preset.DynamicSampling);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_advantages_computed_by_the_presets_equal_to_float_precision_what_the_formulas_of_the_named_libraries_give_on_the_same_groups(
        string name)
    {
        LibraryPreset preset = Preset(name);
        var random = new System.Random(50);
        foreach (int groupSize in new[] { 2, 4, 8, 16 })
        {
            IReadOnlyList<double> scale = preset.Advantage.Scale(groupSize, preset.Epsilon);
            for (int group = 0; group < 200; group++)
            {
                double p = random.NextDouble();
                int[] rewards = [.. Enumerable.Range(0, groupSize).Select(_ => random.NextDouble() < p ? 1 : 0)];
                double share = rewards.Average();
                double[] table = [.. rewards.Select(r => (r - share) * scale[rewards.Sum()])];
                Assert.All(table.Zip(InLibrary<double>(name, rewards)), pair => Assert.Equal(pair.First, pair.Second, 1e-14 * Math.Abs(pair.First)));
                Assert.All(table.Zip(InLibrary<float>(name, rewards)), pair => Assert.Equal(pair.First, pair.Second, 3e-7 * Math.Abs(pair.First)));
            }
        }
    }

    /// <summary>k1 taken off normalised advantages, as OpenRLHF has it, against the k2 that stands for it.</summary>
    [Fact]
    public void A_penalty_after_normalisation_is_k2_at_one_step_on_policy()
    {
        const double Beta = 0.3;
        double[] policy = [.. new[] { 0.2, 0.5, 0.3 }.Select(p => Math.Log(p))];
        double[] reference = [.. new[] { 0.6, 0.3, 0.1 }.Select(p => Math.Log(p))];
        int[][] groups = [[0, 1, 1, 2], [1, 1, 2, 2], [0, 0, 0, 0], [2, 0, 1, 0]];
        var alone = new GradientStatistic(3);
        var penalised = new GradientStatistic(3);
        foreach (int[] arms in groups)
        {
            int[] rewards = [.. arms.Select(o => o == 0 ? 1 : 0)];
            foreach ((int o, double advantage) in arms.Zip(InLibrary<double>("openrlhf", rewards)))
            {
                AddTo(alone, o, advantage);
                AddTo(penalised, o, advantage - (Beta * (policy[o] - reference[o])));
            }
        }

        alone.DivideBy(16);
        penalised.DivideBy(16);
        GradientSettings settings = Preset("openrlhf").Gradient;
        double[] expected = [.. policy];
        new GradientUpdate(settings with { Kl = KlEstimator.K1InReward }, Beta, 3).Apply(expected, policy, reference, penalised);
        double[] actual = [.. policy];
        new GradientUpdate(settings, Beta, 3).Apply(actual, policy, reference, alone);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-15));
        Assert.NotEqual(policy[0], actual[0], 1e-3);
    }

    // The libraries' formulas, step by step in the number format of their tensors.
    private static double[] InLibrary<T>(string name, int[] rewards)
        where T : IBinaryFloatingPointIeee754<T>
    {
        T[] values = [.. rewards.Select(r => T.CreateChecked(r))];
        var count = T.CreateChecked(rewards.Length);
        T mean = Sum(values) / count;
        T[] centred = [.. values.Select(x => x - mean)];
        T squares = Sum([.. centred.Select(x => x * x)]);

        // torch.std is the root of the sum over n - 1; TRL's own multiplies the mean of the squares by n / (n - 1).
        T sampleDeviation = T.Sqrt(squares / (count - T.One));
        T correctedDeviation = T.Sqrt(squares / count * (count / (count - T.One)));
        IEnumerable<T> advantages = name switch
        {
            "trl" => centred.Select(x => x / (correctedDeviation + T.CreateChecked(1e-4))),
            "verl" or "dapo" => centred.Select(x => x / (sampleDeviation + T.CreateChecked(1e-6))),
            "openrlhf" => centred.Select(x => x / (sampleDeviation + T.CreateChecked(1e-9))),
            "dr-grpo" => centred,
            _ => throw new ArgumentException(name),
        };
        return [.. advantages.Select(x => double.CreateChecked(x))];
    }

    private static T Sum<T>(T[] values)
        where T : IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        foreach (T value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static void AddTo(GradientStatistic statistic, int arm, double advantage)
    {
        (advantage > 0 ? statistic.PositiveAdvantage : statistic.NegativeAdvantage)[arm] += advantage;
        statistic.Share[arm]++;
    }

    private static LibraryPreset Preset(string name) => LibraryPreset.Named.Single(preset => preset.Name == name);
}

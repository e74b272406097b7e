using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Updates;

/// <summary>
/// How rewards become advantages in a group of G rollouts with K successes: A(success) = (1-K/G) s(K), A(failure) = -(K/G) s(K)
/// (theory.md section 2). A rule is its scale table s(0), ..., s(G), and the Omega of its population limit if it has one.
/// </summary>
public sealed class AdvantageRule
{
    private readonly Func<int, double, double[]> _scale;
    private readonly Func<double, PopulationOmega?> _population;

    private AdvantageRule(string name, Func<int, double, double[]> scale, Func<double, PopulationOmega?> population)
    {
        Name = name;
        _scale = scale;
        _population = population;
    }

    /// <summary>The named rules of theory.md section 2, in its order.</summary>
    public static IReadOnlyList<AdvantageRule> Named { get; } =
    [
        ByRollouts(
            "grpo",
            (k, g, epsilon) => 1 / Math.Sqrt(RewardVariance(k, g) + epsilon),
            PopulationOmega.Grpo,
            (variance, _, epsilon) => 1 / Math.Sqrt(variance + epsilon)),
        ByRollouts(
            "grpo-sample-std",
            (k, g, epsilon) => 1 / (Math.Sqrt(RewardVariance(k, g) * g / (g - 1)) + epsilon),
            PopulationOmega.GrpoSampleStd,
            (variance, bessel, epsilon) => 1 / (Math.Sqrt(variance * bessel) + epsilon)),
        ByRollouts("dr-grpo", (_, _, _) => 1, _ => PopulationOmega.Constant(), (_, _, _) => 1),
        ByRollouts("rloo", (_, g, _) => (double)g / (g - 1), _ => PopulationOmega.Constant(), (_, bessel, _) => bessel),
        ByRollouts("maxrl", (k, g, _) => k == 0 ? 0 : (double)g / k, _ => PopulationOmega.MaxRl()),
        new("grpo-batch-std", (g, _) => [.. Enumerable.Repeat(1.0, g + 1)], PopulationOmega.GrpoSampleStd) { DividesByBatch = true },
    ];

    /// <summary>The rule's name; <c>scale</c> for a given table.</summary>
    public string Name { get; }

    /// <summary>
    /// <c>grpo-batch-std</c>: what the scale table gives is divided by the standard deviation of all rewards of the update, of whatever
    /// group and prompt, plus epsilon (theory.md section 5; TRL's <c>scale_rewards="batch"</c>, divisor n-1).
    /// </summary>
    public bool DividesByBatch { get; private init; }

    /// <summary>The given table of a rule made by <see cref="FromScale"/>, otherwise null.</summary>
    public IReadOnlyList<double>? GivenScale { get; private init; }

    /// <summary>
    /// s of a group whose rewards are any real numbers, of their population variance, G/(G-1) and epsilon; null for a rule that is
    /// defined for rewards of 0 and 1 only.
    /// </summary>
    internal Func<double, double, double, double>? RealScale { get; private init; }

    /// <summary>Anyone's own rule: s(0), ..., s(G) for one group size G. It has no population limit.</summary>
    /// <param name="scale">G+1 finite values, not negative, at least one of s(1), ..., s(G-1) positive.</param>
    /// <exception cref="ArgumentException">The table breaks one of these rules.</exception>
    public static AdvantageRule FromScale(IReadOnlyList<double> scale)
    {
        ArgumentNullException.ThrowIfNull(scale);
        double[] table = [.. scale];
        if (table.Length < 3)
        {
            throw new ArgumentException("a scale table holds s(0), ..., s(G), at least three values", nameof(scale));
        }

        if (!table.All(s => s is >= 0 and <= 1e9))
        {
            throw new ArgumentException("every scale must be a number from 0 to 1e9", nameof(scale));
        }

        if (table[1..^1].All(s => s == 0))
        {
            throw new ArgumentException("a scale of 0 for every group with both successes and failures never learns", nameof(scale));
        }

        return new AdvantageRule("scale", (_, _) => table, _ => null) { GivenScale = table };
    }

    /// <summary>s(0), ..., s(G). With epsilon 0 the ends are infinite for the rules that divide by a standard deviation.</summary>
    /// <param name="groupSize">G, at least 2; of a given table, its own.</param>
    /// <param name="epsilon">Smoothing, at least 0.</param>
    /// <exception cref="ArgumentException">A given table is of another group size.</exception>
    public IReadOnlyList<double> Scale(int groupSize, double epsilon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        double[] scale = _scale(groupSize, epsilon);
        return scale.Length == groupSize + 1
            ? scale
            : throw new ArgumentException(
                $"the scale table has {scale.Length} values, a group of {groupSize} needs {groupSize + 1}", nameof(groupSize));
    }

    /// <summary>Omega of infinitely large groups (theory.md section 3); null for a given table, which has none.</summary>
    /// <param name="epsilon">Smoothing, at least 0.</param>
    public PopulationOmega? Population(double epsilon) => _population(epsilon);

    /// <summary>
    /// Omega of groups of the given size where there are infinitely many of them, of one prompt (theory.md section 4). Of a rule that
    /// divides by the batch it is its mean field: the standard deviation is then sqrt(p(1-p)).
    /// </summary>
    /// <param name="groupSize">G, at least 2; of a given table, its own.</param>
    /// <param name="epsilon">Smoothing, at least 0.</param>
    /// <exception cref="ArgumentException">A given table is of another group size.</exception>
    public Omega ManyGroups(int groupSize, double epsilon) => DividesByBatch
        ? new ScaledOmega(Population(epsilon)!, 1 - (1.0 / groupSize))
        : FiniteGroup(groupSize, epsilon);

    /// <summary>Omega of the scale table for groups of the given size (theory.md section 4).</summary>
    /// <param name="groupSize">G, at least 2; of a given table, its own.</param>
    /// <param name="epsilon">Smoothing, at least 0.</param>
    /// <exception cref="ArgumentException">A given table is of another group size.</exception>
    public FiniteGroupOmega FiniteGroup(int groupSize, double epsilon) => new(Scale(groupSize, epsilon));

    private static AdvantageRule ByRollouts(
        string name,
        Func<int, int, double, double> scale,
        Func<double, PopulationOmega?> population,
        Func<double, double, double, double>? realScale = null) => new(
            name,
            (g, epsilon) => [.. Enumerable.Range(0, g + 1).Select(k => scale(k, g, epsilon))],
            population)
        {
            RealScale = realScale,
        };

    // v_K = K(G-K)/G^2, the population variance of the group's rewards.
    private static double RewardVariance(int successes, int groupSize) =>
        (double)successes * (groupSize - successes) / ((double)groupSize * groupSize);
}

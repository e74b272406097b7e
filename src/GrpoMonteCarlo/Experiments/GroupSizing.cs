using System.Globalization;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// Which group size a setting needs. A group of G ends at its own fixed point p*_G, a bias of order 1/G away from the population's p*
/// (theory.md section 4), and M groups an update fluctuate about it (section 6). Of a tolerance T the bias may take 4/5, the shift of the
/// mean by noise 1/10 and the standard error of the mean over replicates 1/10, so that the mean of p is within T of p*; the standard
/// deviation of p, the error of a single run, has a whole T. What cannot be had is refused with the reason. Of many prompts p is their mean:
/// each has a fixed point of its own, and since each has rollouts of its own the variance of the mean is the sum of theirs over P^2.
/// </summary>
public sealed class GroupSizing
{
    private const long MostGroups = 1_000_000_000_000;

    // Every G up to here is looked at; beyond, those are left out that a bias falling as 1/G^2 or slower cannot have brought near enough.
    private const int DenseUpTo = 64;

    // 1-p* this small is the fixed point that dividing by sqrt(epsilon) makes (theory.md section 4).
    private const double NextToOne = 1e-9;

    // The search for a split: every G up to DenseUpTo, a grid of this ratio beyond, all within it from the best of these, and
    // all that leave nothing of the budget over with up to so many groups.
    private const double GridRatio = 1.02;
    private const int FewGroups = 64;

    private readonly SizingSetting _setting;
    private readonly PromptSizing[] _prompts;

    /// <param name="setting">The setting.</param>
    /// <exception cref="ExperimentException">
    /// It has no population fixed point to be compared with: beta 0, the mirror anchor, a given scale, a cycle, an erratic orbit, k1; its
    /// noise is not known: a rule that divides by the batch; or there are many prompts and a gradient update.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// p_ref is not in (0, 1); the update is arm by arm, its KL leaves out degenerate groups, or it clips and has more than one step.
    /// </exception>
    public GroupSizing(SizingSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        _setting = setting;
        CheckSetting(setting);
        PopulationOmega omega = setting.Advantage.Population(setting.Epsilon)
            ?? throw new ExperimentException("advantage", "a given scale has no population form, so there is no fixed point to be near");
        _prompts = [.. setting.References().Select(reference => new PromptSizing(setting, reference, omega))];
        Reference = SizedGroup.MeanOf([.. _prompts.Select(prompt => prompt.Reference)]);
        Limit = SizedGroup.MeanOf([.. _prompts.Select(prompt => prompt.Limit)]);
    }

    /// <summary>p_ref; of many prompts their mean.</summary>
    public SuccessProbability Reference { get; }

    /// <summary>p*, where the population's iterates end from p_ref; infinite logit if at 1 exactly. Of many prompts their mean.</summary>
    public SuccessProbability Limit { get; }

    /// <summary>The derivative of the population's map there; null at 1 exactly, and of many prompts, which have one each.</summary>
    public double? Derivative => _prompts.Length == 1 ? _prompts[0].Derivative : null;

    /// <summary>The setting.</summary>
    public SizingSetting Setting => _setting;

    /// <summary>What becomes of groups of one size; null if their iterates have no limit inside (0, 1).</summary>
    /// <param name="groupSize">G, 2 to 4096.</param>
    /// <param name="groups">M, at least 1.</param>
    public SizedGroup? Of(int groupSize, long groups)
    {
        FiniteGroupOmega omega = OmegaOf(groupSize);
        Omega read = _prompts.Length == 1 ? omega : new TabulatedOmega(omega);
        var prompts = new SizedPrompt[_prompts.Length];
        for (int j = 0; j < prompts.Length; j++)
        {
            if (_prompts[j].Of(omega, read, groups) is not { } prompt)
            {
                return null;
            }

            prompts[j] = prompt;
        }

        return new SizedGroup(groupSize, groups, prompts);
    }

    /// <summary>The smallest G, M and number of replicates within a tolerance.</summary>
    /// <param name="tolerance">T, positive.</param>
    /// <exception cref="ExperimentException">It cannot be had; the message says why, and where it is known what it would take.</exception>
    public Sizing Within(double tolerance)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tolerance);
        if (tolerance >= Math.Abs(Limit.Minus(Reference)))
        {
            throw new ExperimentException(
                "tolerance",
                Invariant($"{tolerance:G6} is as much as the whole way from p_ref {Reference.P:G6} to the fixed point {Limit.P:G6}: the reference policy is within it"));
        }

        SizedGroup one = SmallestWithin(Sizing.BiasShare * tolerance, tolerance);
        SizingRange range = Settled(RangeOf(one, tolerance), one);
        (double Groups, SizingBound Bound)[] needed =
        [
            (one.Spread / tolerance * (one.Spread / tolerance), SizingBound.Spread),
            (Math.Abs(one.Shift) / (Sizing.ShiftShare * tolerance), SizingBound.Shift),
            (range.Excess, SizingBound.Range),
        ];
        (double groups, SizingBound bound) = needed.MaxBy(need => need.Groups);
        if (!(groups <= MostGroups))
        {
            throw new ExperimentException(
                "tolerance", Invariant($"{groups:G3} groups of {one.GroupSize} an update would be needed against the noise at {range.Prompt.Fluctuations.P.P:G6}; at most {MostGroups:N0} can be simulated"));
        }

        SizedGroup sized = one.With(Math.Max(1, (long)Math.Ceiling(groups)));
        double ratio = sized.Spread / (Sizing.ErrorShare * tolerance);
        return new Sizing(sized, bound, range.Iterations!.Value, Math.Max(2, (long)Math.Ceiling(ratio * ratio)), tolerance)
        {
            BindingPrompt = bound == SizingBound.Range && _prompts.Length > 1 ? range.Prompt : null,
        };
    }

    /// <summary>
    /// The split of B rollouts an update of one prompt into M = floor(B/G) groups with the least bias^2 + variance of p, of those for which
    /// the formulas hold: over every G up to 64, and beyond over steps of 2 %, those that leave nothing over, and all next to the best; of
    /// many prompts over the largest G of each M among these.
    /// </summary>
    /// <param name="budget">B, rollouts an update of one prompt, at least 2.</param>
    /// <exception cref="ExperimentException">No split fluctuates so little that the formulas hold.</exception>
    public Sizing OfBudget(long budget)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, 2);
        int largest = (int)Math.Min(budget, ParameterRules.LargestGroup);
        var tried = new Dictionary<int, SizedGroup?>();
        void Try(IEnumerable<int> sizes)
        {
            // Of many prompts, each of which costs, only the largest of those with one M: it has the least bias and the least noise.
            foreach (int g in sizes.Where(g => g >= 2 && g <= largest).Select(g => _prompts.Length == 1 ? g : (int)Math.Min(largest, budget / (budget / g))))
            {
                if (!tried.ContainsKey(g))
                {
                    tried.Add(g, Of(g, Math.Min(MostGroups, budget / g)));
                }
            }
        }

        void TryBeside(int near)
        {
            int reach = (int)Math.Ceiling(near * (GridRatio - 1));
            Try(Enumerable.Range(near - reach, (2 * reach) + 1));
        }

        SizedGroup[] Ranked() => [.. tried.Values.OfType<SizedGroup>().OrderBy(group => group.Error)];
        Try(Enumerable.Range(2, DenseUpTo));
        for (double g = DenseUpTo; g < largest; g *= GridRatio)
        {
            Try([(int)g]);
        }

        Try(Enumerable.Range(1, FewGroups).Select(m => (int)Math.Min(largest, budget / m)));
        if (Ranked() is not [var near, ..])
        {
            throw new ExperimentException("budget", $"no group size has a stable fixed point inside (0, 1)");
        }

        TryBeside(near.GroupSize);
        SizedGroup first = Ranked()[0];
        if (InRange(first) is { } range)
        {
            return new Sizing(first, SizingBound.Budget, range.Iterations!.Value, null, null);
        }

        // The best for which they hold, then the best of those and all next to it.
        if (Inside(Ranked()) is not { } inside)
        {
            range = Settled(RangeOf(first, first.Error), first);
            throw new ExperimentException(
                "budget",
                Invariant($"with {budget:N0} rollouts an update, at best G {first.GroupSize} and M {first.Groups:N0}, the logit's standard deviation is {range.Spread:G3}, ")
                    + Invariant($"on the way there up to {range.SpreadOnTheWay:G3}{ShareOf(first)}, and the formulas hold up to {range.LargestSpread:G3} and {range.LargestSpreadOnTheWay:G3}"));
        }

        TryBeside(inside.Group.GroupSize);
        inside = Inside(Ranked())!.Value;
        return new Sizing(inside.Group, SizingBound.Budget, inside.Range.Iterations!.Value, null, null) { OutOfRange = first };
    }

    internal static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void CheckSetting(SizingSetting setting)
    {
        if (setting.Prompts is null && ParameterRules.Probability(setting.PRef) is { } complaint)
        {
            throw new ArgumentException($"p_ref {complaint}.", nameof(setting));
        }

        if (setting.Beta == 0)
        {
            throw new ExperimentException("beta", "0 is no KL: the iterates go to 1 whatever the group size, and there is no fixed point to be near");
        }

        if (setting.Advantage.DividesByBatch)
        {
            throw new ExperimentException(
                "advantage", $"{setting.Advantage.Name} divides by the standard deviation of the whole update, whose noise has no closed form here");
        }

        if (setting.Anchor.Alpha == 0)
        {
            throw new ExperimentException(
                "anchor", "with the previous policy as anchor the iterates rise to 1: there is no fixed point to be near (docs/theory.md section 3)");
        }

        if (setting.Update.Kind == UpdateKind.PerArm)
        {
            throw new ArgumentException("The arms' own noise is not in the formulas.", nameof(setting));
        }

        if (setting.Update.Gradient is not { } gradient)
        {
            return;
        }

        if (setting.Anchor != KlAnchor.Reference)
        {
            throw new ExperimentException("anchor", "a gradient update has its KL to the reference; the anchor must be \"reference\"");
        }

        if (setting.Prompts is not null)
        {
            throw new ExperimentException("prompts", "many prompts go with the exact update only: the engine has no gradient ascent of a population to hold an answer to");
        }

        if (gradient.Steps > 1 && !(double.IsInfinity(gradient.ClipLow) && double.IsInfinity(gradient.ClipHigh)))
        {
            throw new ArgumentException("A clip bends the steps after the first; it is not in the formulas.", nameof(setting));
        }

        if (gradient.MaskDegenerateKl)
        {
            throw new ArgumentException("A masked KL moves the fixed point of a finite group; it is not in the formulas.", nameof(setting));
        }

        if (gradient.Kl is KlEstimator.K1 or KlEstimator.K1InReward)
        {
            throw new ExperimentException("kl", gradient.Kl == KlEstimator.K1
                ? "k1 in the loss does not regularise: the iterates go to 1 and there is no fixed point to be near"
                : "k1 in the reward has no closed form at a finite group size");
        }
    }

    private SizedGroup SmallestWithin(double bias, double tolerance)
    {
        int failed = 1;
        SizedGroup? last = null;
        for (int g = 2; g <= ParameterRules.LargestGroup;)
        {
            SizedGroup? group = Of(g, 1);
            if (group is not null && Math.Abs(group.Bias) <= bias)
            {
                return Between(failed, group);
            }

            last = group;
            failed = g;
            double next = g < DenseUpTo || g == ParameterRules.LargestGroup ? g + 1
                : group is null ? g + Math.Max(1, g / 16)
                : Math.Max(g + 1, Math.Floor(g * Math.Sqrt(Math.Abs(group.Bias) / bias)));
            g = (int)Math.Min(next, Math.Max(g + 1, ParameterRules.LargestGroup));
        }

        throw new ExperimentException("tolerance", Invariant($"groups of up to {ParameterRules.LargestGroup} rollouts are not enough: ") + Shortfall(last, bias, tolerance));

        // The smallest that is near enough, between one that is not and one that is.
        SizedGroup Between(int low, SizedGroup high)
        {
            while (high.GroupSize - low > 1)
            {
                SizedGroup? middle = Of((low + high.GroupSize) / 2, 1);
                if (middle is not null && Math.Abs(middle.Bias) <= bias)
                {
                    high = middle;
                }
                else
                {
                    low = (low + high.GroupSize) / 2;
                }
            }

            return high;
        }
    }

    private string Shortfall(SizedGroup? largest, double bias, double tolerance)
    {
        if (largest is null)
        {
            FiniteGroupOmega omega = OmegaOf(ParameterRules.LargestGroup);
            PromptSizing? without = _prompts.FirstOrDefault(prompt => prompt.Of(omega, omega, 1) is null);
            return $"{without?.Which}their iterates have no limit inside (0, 1)";
        }

        string end = Invariant($"they end at {largest.P.P:G6}, {Math.Abs(largest.Bias):G3} from the population's {Limit.P:G6}");
        SuccessProbability limit = Limit;
        if (_prompts.Length > 1)
        {
            SizedPrompt worst = largest.Worst;
            limit = worst.Limit;
            end += Invariant($", with p_ref {worst.Reference.P:G6} at {worst.Fluctuations.P.P:G6} instead of {limit.P:G6}");
        }

        return limit.OneMinusP < NextToOne
            ? end + ", the fixed point next to 1 that dividing by the root of epsilon makes of infinite groups only (docs/theory.md section 4)"
            : end + Invariant($"; by the 1/G law of the bias (docs/theory.md section 4) it would take about {Math.Ceiling(largest.GroupSize * Math.Abs(largest.Bias) / bias):G3} for {tolerance:G6}");
    }

    /// <summary>Whether the formulas hold for groups of a size.</summary>
    internal bool HoldsFor(SizedGroup group) => InRange(group) is not null;

    private (SizedGroup Group, SizingRange Range)? Inside(IEnumerable<SizedGroup> ranked)
    {
        foreach (SizedGroup group in ranked)
        {
            if (InRange(group) is { } range)
            {
                return (group, range);
            }
        }

        return null;
    }

    // Null if the formulas do not hold. What costs least is looked at first.
    private SizingRange? InRange(SizedGroup group)
    {
        if (Math.Max(group.LogitSpread, group.ShareLogitSpread) > Sizing.LargestLogitSpread)
        {
            return null;
        }

        SizingRange range = RangeOf(group, group.Error);
        return range.Excess <= 1 ? range : null;
    }

    private SizingRange RangeOf(SizedGroup group, double tolerance)
    {
        FiniteGroupOmega omega = OmegaOf(group.GroupSize);
        var search = new FixedPoints(omega);
        int iterations = 0;
        SizingRange? tightest = null;
        for (int j = 0; j < _prompts.Length; j++)
        {
            SizedPrompt prompt = group.Prompts[j];
            (int? settled, double variance) = _prompts[j].PathOf(omega, prompt.Fluctuations, group.Groups, tolerance);
            (double atTheEnd, double onTheWay) = _prompts[j].LargestLogitSpreads(search, prompt.Fluctuations.P);
            iterations = Math.Max(iterations, settled ?? 0);
            var range = new SizingRange(
                prompt, settled, Math.Sqrt(prompt.Fluctuations.LogitVariance), Math.Sqrt(variance), atTheEnd, onTheWay);
            tightest = tightest is { } other && other.Excess >= range.Excess ? other : range;
        }

        SizingRange found = tightest!.Value;
        return found.Iterations is null ? found : found with { Iterations = iterations };
    }

    private SizingRange Settled(SizingRange range, SizedGroup group) => range.Iterations is not null
        ? range
        : throw new ExperimentException(
            "beta",
            PromptOf(range.Prompt).Which + Invariant($"the iterates of groups of {group.GroupSize} are not settled after {PromptSizing.MostIterations:N0} updates"));

    private PromptSizing PromptOf(SizedPrompt sized) => _prompts.First(prompt => prompt.Reference == sized.Reference);

    private static string ShareOf(SizedGroup group) =>
        group.ShareLogitSpread > 0 ? Invariant($", that of the share of successes {group.ShareLogitSpread:G3}") : "";

    private FiniteGroupOmega OmegaOf(int groupSize) => _setting.Advantage.FiniteGroup(groupSize, _setting.Epsilon);

    // Of the prompt that is nearest to leaving the range of the formulas. Iterations are those of the slowest.
    private readonly record struct SizingRange(
        SizedPrompt Prompt, int? Iterations, double Spread, double SpreadOnTheWay, double LargestSpread, double LargestSpreadOnTheWay)
    {
        // By how many times the variance is too large; so many times the groups bring it into the range. Infinite where nothing settles.
        public double Excess
        {
            get
            {
                double share = Math.Sqrt(Prompt.Fluctuations.ShareLogitVariance) / Sizing.LargestLogitSpread;
                double ratio = Math.Max(share, Math.Max(Spread / LargestSpread, SpreadOnTheWay / LargestSpreadOnTheWay));
                return Iterations is null ? double.PositiveInfinity : ratio * ratio;
            }
        }
    }
}

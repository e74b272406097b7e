using System.Globalization;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// Which group size a setting needs. A group of G ends at its own fixed point p*_G, a bias of order 1/G away from the population's p*
/// (theory.md section 4), and M groups an update fluctuate about it (section 6). Of a tolerance T the bias may take 4/5, the shift of the
/// mean by noise 1/10 and the standard error of the mean over replicates 1/10, so that the mean of p is within T of p*; the standard
/// deviation of p, the error of a single run, has a whole T. What cannot be had is refused with the reason.
/// </summary>
public sealed class GroupSizing
{
    private const long MostGroups = 1_000_000_000_000;
    private const int MostIterations = 100_000;

    // Every G up to here is looked at; beyond, those are left out that a bias falling as 1/G^2 or slower cannot have brought near enough.
    private const int DenseUpTo = 64;

    // 1-p* this small is the fixed point that dividing by sqrt(epsilon) makes (theory.md section 4).
    private const double NextToOne = 1e-9;

    // The iterates end within this part of the tolerance of their limit, and of their stationary variance but this part is there.
    private const double Remainder = 0.01;
    private const int CalmIterations = 3;

    // The search for a split: every G up to DenseUpTo, a grid of this ratio beyond, all within it from the best of these, and
    // all that leave nothing of the budget over with up to so many groups.
    private const double GridRatio = 1.02;
    private const int FewGroups = 64;

    // Two searches find a fixed point to this part of its logit.
    private const double SamePoint = 1e-6;

    private readonly SizingSetting _setting;
    private readonly SuccessProbability _reference;

    /// <param name="setting">The setting.</param>
    /// <exception cref="ExperimentException">
    /// It has no population fixed point to be compared with: beta 0, the mirror anchor, a given scale, a cycle, an erratic orbit, k1; or its
    /// noise is not known: inner steps, a rule that divides by the batch.
    /// </exception>
    /// <exception cref="ArgumentException">The update is arm by arm, or its KL leaves out degenerate groups.</exception>
    public GroupSizing(SizingSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        _setting = setting;
        _reference = SuccessProbability.FromP(setting.PRef);
        CheckSetting(setting);
        PopulationOmega omega = setting.Advantage.Population(setting.Epsilon)
            ?? throw new ExperimentException("advantage", "a given scale has no population form, so there is no fixed point to be near");
        Limit = setting.Update.Gradient is { } gradient ? GradientEnd(omega, gradient) : OrbitEnd(omega);
        Derivative = double.IsInfinity(Limit.Logit) ? null
            : setting.Update.Gradient is { } settings
            ? 1 + (2 * settings.LearningRate * Limit.Variance * FlowOf(omega, settings).SlopeAt(Limit))
            : RecurrenceOf(omega).DerivativeAt(Limit);
        if (Derivative is { } slope && !(Math.Abs(slope) < 1) && setting.Update.Gradient is not null)
        {
            throw new ExperimentException(
                "learning-rate", Invariant($"steps of this size overshoot the population's fixed point {Limit.P:G6}: the derivative there is {slope:G4}"));
        }
    }

    /// <summary>p*, where the population's iterates end from p_ref; infinite logit if at 1 exactly.</summary>
    public SuccessProbability Limit { get; }

    /// <summary>The derivative of the population's map there; null at 1 exactly.</summary>
    public double? Derivative { get; }

    /// <summary>The setting.</summary>
    public SizingSetting Setting => _setting;

    /// <summary>What becomes of groups of one size; null if their iterates have no limit inside (0, 1).</summary>
    /// <param name="groupSize">G, 2 to 4096.</param>
    /// <param name="groups">M, at least 1.</param>
    public SizedGroup? Of(int groupSize, long groups)
    {
        FiniteGroupOmega omega = _setting.Advantage.FiniteGroup(groupSize, _setting.Epsilon);
        SuccessProbability? end = _setting.Update.Gradient is { } gradient
            ? GradientEnd(omega, gradient)
            : Orbit.Follow(RecurrenceOf(omega), _reference).Limit;
        if (end is not { } limit || double.IsInfinity(limit.Logit))
        {
            return null;
        }

        StationaryFluctuations fluctuations = FluctuationsAt(omega, limit, groups);
        return fluctuations.Stable ? new SizedGroup(groupSize, groups, Difference(fluctuations.P, Limit), fluctuations) : null;
    }

    /// <summary>The smallest G, M and number of replicates within a tolerance.</summary>
    /// <param name="tolerance">T, positive.</param>
    /// <exception cref="ExperimentException">It cannot be had; the message says why, and where it is known what it would take.</exception>
    public Sizing Within(double tolerance)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tolerance);
        if (tolerance >= Math.Abs(Difference(Limit, _reference)))
        {
            throw new ExperimentException(
                "tolerance",
                Invariant($"{tolerance:G6} is as much as the whole way from p_ref {_setting.PRef:G6} to the fixed point {Limit.P:G6}: the reference policy is within it"));
        }

        SizedGroup one = SmallestWithin(Sizing.BiasShare * tolerance, tolerance);
        StationaryFluctuations noise = one.Fluctuations;
        (int iterations, double largestVariance) = PathOf(one, tolerance);
        (double range, double onTheWay) = LargestLogitSpreads(one);
        (double Groups, SizingBound Bound)[] needed =
        [
            (noise.Spread / tolerance * (noise.Spread / tolerance), SizingBound.Spread),
            (Math.Abs(noise.Shift) / (Sizing.ShiftShare * tolerance), SizingBound.Shift),
            (Math.Max(noise.LogitVariance / range / range, largestVariance / onTheWay / onTheWay), SizingBound.Range),
        ];
        (double groups, SizingBound bound) = needed.MaxBy(need => need.Groups);
        if (!(groups <= MostGroups))
        {
            throw new ExperimentException(
                "tolerance", Invariant($"{groups:G3} groups of {one.GroupSize} an update would be needed against the noise at {noise.P.P:G6}; at most {MostGroups:N0} can be simulated"));
        }

        SizedGroup sized = one.With(Math.Max(1, (long)Math.Ceiling(groups)));
        double ratio = sized.Fluctuations.Spread / (Sizing.ErrorShare * tolerance);
        return new Sizing(sized, bound, iterations, Math.Max(2, (long)Math.Ceiling(ratio * ratio)), tolerance);
    }

    /// <summary>
    /// The split of B rollouts an update into M = floor(B/G) groups with the least bias^2 + variance of p: over every G up to 64, and beyond
    /// over steps of 2 %, those that leave nothing over, and all next to the best.
    /// </summary>
    /// <param name="budget">B, rollouts an update, at least 2.</param>
    /// <exception cref="ExperimentException">No split fluctuates so little that the formulas hold.</exception>
    public Sizing OfBudget(long budget)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, 2);
        int largest = (int)Math.Min(budget, ParameterRules.LargestGroup);
        var tried = new Dictionary<int, SizedGroup?>();
        void Try(IEnumerable<int> sizes)
        {
            foreach (int g in sizes.Where(g => g >= 2 && g <= largest && !tried.ContainsKey(g)))
            {
                tried.Add(g, Of(g, Math.Min(MostGroups, budget / g)));
            }
        }

        SizedGroup Best() => tried.Values.OfType<SizedGroup>().MinBy(group => group.Error)
            ?? throw new ExperimentException("budget", "no group size has a stable fixed point inside (0, 1)");
        Try(Enumerable.Range(2, DenseUpTo));
        for (double g = DenseUpTo; g < largest; g *= GridRatio)
        {
            Try([(int)g]);
        }

        Try(Enumerable.Range(1, FewGroups).Select(m => (int)Math.Min(largest, budget / m)));
        int near = Best().GroupSize;
        int reach = (int)Math.Ceiling(near * (GridRatio - 1));
        Try(Enumerable.Range(near - reach, (2 * reach) + 1));

        SizedGroup best = Best();
        (int iterations, double largestVariance) = PathOf(best, best.Error);
        (double range, double onTheWay) = LargestLogitSpreads(best);
        double spread = Math.Sqrt(best.Fluctuations.LogitVariance);
        return spread <= range && Math.Sqrt(largestVariance) <= onTheWay
            ? new Sizing(best, SizingBound.Budget, iterations, null, null)
            : throw new ExperimentException(
                "budget",
                Invariant($"with {budget:N0} rollouts an update, at best G {best.GroupSize} and M {best.Groups:N0}, the logit's standard deviation is {spread:G3}, ")
                    + Invariant($"on the way there up to {Math.Sqrt(largestVariance):G3}, and the formulas hold up to {range:G3} and {onTheWay:G3}"));
    }

    internal static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // p - from, formed from the complements where these are smaller.
    internal static double Difference(SuccessProbability p, SuccessProbability from) =>
        from.Logit <= 0 ? p.P - from.P : from.OneMinusP - p.OneMinusP;

    private static void CheckSetting(SizingSetting setting)
    {
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

        if (gradient.Steps != 1)
        {
            throw new ExperimentException("steps", "the noise of inner steps on the same rollouts is not derived; one step an update has it");
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
            return "their iterates have no limit inside (0, 1)";
        }

        string end = Invariant($"they end at {largest.Fluctuations.P.P:G6}, {Math.Abs(largest.Bias):G3} from the population's {Limit.P:G6}");
        return Limit.OneMinusP < NextToOne
            ? end + ", the fixed point next to 1 that dividing by the root of epsilon makes of infinite groups only (docs/theory.md section 4)"
            : end + Invariant($"; by the 1/G law of the bias (docs/theory.md section 4) it would take about {Math.Ceiling(largest.GroupSize * Math.Abs(largest.Bias) / bias):G3} for {tolerance:G6}");
    }

    // Another fixed point would be reached by chance, from next to it or on the way.
    private (double AtTheEnd, double OnTheWay) LargestLogitSpreads(SizedGroup group)
    {
        FiniteGroupOmega omega = _setting.Advantage.FiniteGroup(group.GroupSize, _setting.Epsilon);
        IEnumerable<SuccessProbability> points = _setting.Update.Gradient is { } gradient
            ? FlowOf(omega, gradient).StationaryPoints.Select(point => point.P)
            : new FixedPoints(omega).Of(RecurrenceOf(omega)).Select(point => point.P);
        double end = group.Fluctuations.P.Logit;
        double nearest = points.Select(point => Math.Abs(point.Logit - end))
            .Where(distance => distance > SamePoint * Math.Max(1, Math.Abs(end)))
            .DefaultIfEmpty(double.PositiveInfinity)
            .Min();
        double atTheEnd = Math.Min(Sizing.LargestLogitSpread, nearest / Sizing.LeastDistance);
        return (atTheEnd, double.IsInfinity(nearest) ? Sizing.LargestLogitSpreadOnTheWay : atTheEnd);
    }

    // The number of updates, and the largest variance of L on the way, by V_n = f'^2 V_{n-1} + Var(step) (theory.md section 6).
    private (int Iterations, double LargestVariance) PathOf(SizedGroup group, double tolerance)
    {
        FiniteGroupOmega omega = _setting.Advantage.FiniteGroup(group.GroupSize, _setting.Epsilon);
        StationaryFluctuations end = group.Fluctuations;
        double stillMissing = 1; // of the stationary variance
        double variance = 0;
        double largest = end.LogitVariance;
        SuccessProbability p = _reference;
        int calm = 0;
        for (int n = 1; n <= MostIterations; n++)
        {
            StationaryFluctuations here = FluctuationsAt(omega, p, group.Groups);
            variance = (here.Derivative * here.Derivative * variance) + here.StepVariance;
            largest = Math.Max(largest, variance);
            p = Next(omega, p);
            stillMissing *= end.Derivative * end.Derivative;
            calm = Math.Abs(Difference(p, end.P)) <= Remainder * tolerance ? calm + 1 : 0;
            if (calm >= CalmIterations && stillMissing <= Remainder)
            {
                return (n, largest);
            }
        }

        throw new ExperimentException("beta", Invariant($"the iterates of groups of {group.GroupSize} are not settled after {MostIterations:N0} updates"));
    }

    private StationaryFluctuations FluctuationsAt(FiniteGroupOmega omega, SuccessProbability p, long groups) => _setting.Update.Gradient is { } gradient
        ? StationaryFluctuations.OfGradient(omega, LongRun.PenaltyOf(gradient.Kl), _reference, _setting.Beta, gradient.LearningRate, p, groups)
        : StationaryFluctuations.Of(RecurrenceOf(omega), p, groups);

    private SuccessProbability Next(FiniteGroupOmega omega, SuccessProbability p) => _setting.Update.Gradient is { } gradient
        ? SuccessProbability.FromLogit(p.Logit + (2 * gradient.LearningRate * FlowOf(omega, gradient).DriftAt(p)))
        : RecurrenceOf(omega).Next(p);

    private Recurrence RecurrenceOf(Omega omega) => new(omega, _setting.Anchor.Alpha, _reference, _setting.Beta);

    private GradientFlow FlowOf(Omega omega, GradientSettings gradient) => new(omega, LongRun.PenaltyOf(gradient.Kl), _reference, _setting.Beta);

    private SuccessProbability OrbitEnd(Omega omega)
    {
        var orbit = Orbit.Follow(RecurrenceOf(omega), _reference);
        return orbit.Kind switch
        {
            OrbitKind.Limit => orbit.Points[0],
            OrbitKind.Cycle => throw new ExperimentException(
                "beta",
                Invariant($"the population's iterates end in a cycle of period {orbit.Period} ({string.Join(", ", orbit.Points.Take(4).Select(point => Invariant($"{point.P:G4}")))}): there is no fixed point to be near")),
            _ => throw new ExperimentException("beta", "the population's iterates are erratic and have no limit: there is no fixed point to be near"),
        };
    }

    // The drift is positive at p_ref; up from there to where it changes sign.
    private SuccessProbability GradientEnd(Omega omega, GradientSettings gradient)
    {
        GradientFlow flow = FlowOf(omega, gradient);
        double low = _reference.Logit;
        double high = low;
        do
        {
            low = high;
            high += 1.0 / 16;
            if (high > 700)
            {
                return SuccessProbability.FromLogit(double.PositiveInfinity);
            }
        }
        while (flow.DriftAt(SuccessProbability.FromLogit(high)) > 0);

        while (true)
        {
            double middle = low + ((high - low) / 2);
            if (middle <= low || middle >= high)
            {
                return SuccessProbability.FromLogit(low);
            }

            if (flow.DriftAt(SuccessProbability.FromLogit(middle)) > 0)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }
    }
}

using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>One prompt for which a group size is sought: where its policy ends, of the population and of finite groups, and the way there.</summary>
internal sealed class PromptSizing
{
    /// <summary>The most updates in which they may settle.</summary>
    public const int MostIterations = 100_000;

    // The iterates end within this part of the tolerance of their limit, and their variance within this part of the stationary one.
    private const double Remainder = 0.01;
    private const int CalmIterations = 3;

    // Two searches find a fixed point to this part of its logit.
    private const double SamePoint = 1e-6;

    private readonly SizingSetting _setting;

    /// <param name="setting">The setting.</param>
    /// <param name="reference">The prompt's p_ref.</param>
    /// <param name="omega">The population's Omega.</param>
    /// <exception cref="ExperimentException">The population has no stable limit from p_ref.</exception>
    public PromptSizing(SizingSetting setting, SuccessProbability reference, Omega omega)
    {
        _setting = setting;
        Reference = reference;
        Limit = setting.Update.Gradient is null ? OrbitEnd(omega) : GradientEnd(omega);
        if (double.IsInfinity(Limit.Logit))
        {
            return;
        }

        Derivative = setting.Update.Gradient is null ? RecurrenceOf(omega).DerivativeAt(Limit) : StepsOf(omega).MapAt(Limit).First;
        if (!(Math.Abs(Derivative.Value) < 1) && setting.Update.Gradient is not null)
        {
            throw new ExperimentException(
                "learning-rate",
                GroupSizing.Invariant($"steps of this size overshoot the population's fixed point {Limit.P:G6}: the derivative there is {Derivative:G4}"));
        }
    }

    /// <summary>p_ref.</summary>
    public SuccessProbability Reference { get; }

    /// <summary>p*, where the population's iterates end from p_ref; infinite logit if at 1 exactly.</summary>
    public SuccessProbability Limit { get; }

    /// <summary>The derivative of the population's map there; null at 1 exactly.</summary>
    public double? Derivative { get; }

    /// <summary>Of many prompts, which one a complaint is about.</summary>
    public string Which => _setting.Prompts is null ? "" : GroupSizing.Invariant($"at p_ref {Reference.P:G6} ");

    /// <summary>What becomes of groups of one size; null if their iterates have no stable limit inside (0, 1).</summary>
    /// <param name="omega">Omega_G.</param>
    /// <param name="read">The same, to be followed to its end.</param>
    /// <param name="groups">M.</param>
    public SizedPrompt? Of(FiniteGroupOmega omega, Omega read, long groups)
    {
        SuccessProbability? end = _setting.Update.Gradient is null ? Orbit.Follow(RecurrenceOf(read), Reference).Limit : GradientEnd(read);
        if (end is not { } limit || double.IsInfinity(limit.Logit))
        {
            return null;
        }

        StationaryFluctuations fluctuations = FluctuationsAt(omega, limit, groups);
        return fluctuations.Stable ? new SizedPrompt(Reference, Limit, fluctuations) : null;
    }

    /// <summary>The largest standard deviations of the logit at which the formulas hold: another fixed point would be reached by chance, from next to it or on the way.</summary>
    /// <param name="search">Of Omega_G.</param>
    /// <param name="end">Where the prompt ends.</param>
    public (double AtTheEnd, double OnTheWay) LargestLogitSpreads(FixedPoints search, SuccessProbability end)
    {
        IEnumerable<SuccessProbability> points = _setting.Update.Gradient is null
            ? search.Of(RecurrenceOf(search.Omega)).Select(point => point.P)
            : FlowOf(search.Omega).StationaryPoints.Select(point => point.P);
        double nearest = points.Select(point => Math.Abs(point.Logit - end.Logit))
            .Where(distance => distance > SamePoint * Math.Max(1, Math.Abs(end.Logit)))
            .DefaultIfEmpty(double.PositiveInfinity)
            .Min();
        double atTheEnd = Math.Min(Sizing.LargestLogitSpread, nearest / Sizing.LeastDistance);
        return (atTheEnd, double.IsInfinity(nearest) ? Sizing.LargestLogitSpreadOnTheWay : atTheEnd);
    }

    /// <summary>The number of updates, null if they do not settle, and the largest variance of L on the way, by V_n = f'^2 V_{n-1} + Var(step) (theory.md section 6).</summary>
    /// <param name="omega">Omega_G.</param>
    /// <param name="end">Fluctuations at the end.</param>
    /// <param name="groups">M.</param>
    /// <param name="tolerance">Of p.</param>
    public (int? Iterations, double LargestVariance) PathOf(FiniteGroupOmega omega, StationaryFluctuations end, long groups, double tolerance)
    {
        double variance = 0;
        double largest = end.LogitVariance;
        SuccessProbability p = Reference;
        int calm = 0;
        for (int n = 1; n <= MostIterations; n++)
        {
            StationaryFluctuations here = FluctuationsAt(omega, p, groups);
            variance = (here.Derivative * here.Derivative * variance) + here.StepVariance;
            largest = Math.Max(largest, variance);
            p = Next(omega, p);
            calm = Math.Abs(p.Minus(end.P)) <= Remainder * tolerance ? calm + 1 : 0;

            // The way may amplify noise, past a fold by far, which then has to die out. Where it saturates a policy, nothing is known of it.
            bool stationary = !double.IsFinite(variance) || Math.Abs(variance - end.LogitVariance) <= Remainder * end.LogitVariance;
            if (calm >= CalmIterations && stationary)
            {
                return (n, largest);
            }
        }

        return (null, largest);
    }

    private StationaryFluctuations FluctuationsAt(FiniteGroupOmega omega, SuccessProbability p, long groups) => _setting.Update.Gradient is null
        ? StationaryFluctuations.Of(RecurrenceOf(omega), p, groups)
        : StepsOf(omega).FluctuationsAt(p, groups);

    private SuccessProbability Next(FiniteGroupOmega omega, SuccessProbability p) => _setting.Update.Gradient is null
        ? RecurrenceOf(omega).Next(p)
        : SuccessProbability.FromLogit(StepsOf(omega).MapAt(p).Value);

    private Recurrence RecurrenceOf(Omega omega) => new(omega, _setting.Anchor.Alpha, Reference, _setting.Beta);

    private GradientFlow FlowOf(Omega omega) => new(omega, LongRun.PenaltyOf(_setting.Update.Gradient!.Kl), Reference, _setting.Beta);

    private GradientSteps StepsOf(Omega omega)
    {
        GradientSettings gradient = _setting.Update.Gradient!;
        return new GradientSteps(omega, LongRun.PenaltyOf(gradient.Kl), Reference, _setting.Beta, gradient.LearningRate, gradient.Steps);
    }

    private SuccessProbability OrbitEnd(Omega omega)
    {
        var orbit = Orbit.Follow(RecurrenceOf(omega), Reference);
        return orbit.Kind switch
        {
            OrbitKind.Limit => orbit.Points[0],
            OrbitKind.Cycle => throw new ExperimentException(
                "beta",
                GroupSizing.Invariant($"{Which}the population's iterates end in a cycle of period {orbit.Period} ")
                    + GroupSizing.Invariant($"({string.Join(", ", orbit.Points.Take(4).Select(point => GroupSizing.Invariant($"{point.P:G4}")))}): there is no fixed point to be near")),
            _ => throw new ExperimentException("beta", $"{Which}the population's iterates are erratic and have no limit: there is no fixed point to be near"),
        };
    }

    // The drift is positive at p_ref; up from there to where it changes sign.
    private SuccessProbability GradientEnd(Omega omega)
    {
        GradientFlow flow = FlowOf(omega);
        double low = Reference.Logit;
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

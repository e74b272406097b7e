using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Theory;

/// <summary>
/// The law of L_0, ..., L_N over replicates, L_n = alpha L_ref + (1-alpha) L_{n-1} + step/beta, the step estimated from M groups (theory.md section 5):
/// <c>importance</c>, sum_g phi(K_g) / (M p (1-p)), K_g ~ Binomial(G, p), also with a noisy verifier; <c>plug-in</c>, sum_g s(K_g) / M. The chain is
/// one-dimensional, so its density is propagated on a grid of logits, at any noise. Nothing is drawn. Each transition leaves out less than 1e-12 of its mass; what the grid does is told by <see cref="Error"/>.
/// The same bits on every machine. Some tenths of a second to a second for up to a hundred iterations.
/// </summary>
public sealed class LogitLaw
{
    /// <summary>The largest N.</summary>
    public const int MostIterations = 2_000;

    /// <summary>The largest M.</summary>
    public const long MostGroups = GroupSumLaw.MostGroups;

    internal const string WithoutLaw = "Only finite groups have a law, of the estimators importance, with a noisy verifier or not, and plug-in.";

    // Beyond, a policy has saturated, and its logit only matters by its size.
    private const double WindowEnd = 40;
    private const int WindowPoints = 4_096;
    private const double Present = 1e-9;
    internal const double LogitClip = 128; // in summaries as well

    // Of first passages: less than this, and all have left; and the least share that leaves in an iteration and is no artefact of the grid.
    private const double Nothing = 1e-12;
    private const double LeastRate = 1e-9;
    private const long MostProducts = 1L << 30; // from L_0 on: a second or two

    private readonly Law _fine;
    private readonly Law _coarse;
    private readonly SuccessProbability _start;

    // A chain with its laws; [0] is not used: the start is known.
    private sealed record Law(LogitChain Chain, double[][] Masses);

    /// <param name="recurrence">
    /// A recurrence of a finite group, which has the estimator, the rule, the anchor and beta: its Omega is a <see cref="FiniteGroupOmega"/>, that in a
    /// <see cref="NoisyOmega"/>, or a <see cref="PlugInOmega"/>.
    /// </param>
    /// <param name="groups">M, groups an update, 1 to <see cref="MostGroups"/>.</param>
    /// <param name="start">p_0, strictly between 0 and 1.</param>
    /// <param name="iterations">N, 1 to <see cref="MostIterations"/>.</param>
    /// <exception cref="ArgumentException">The recurrence is of another Omega.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public LogitLaw(Recurrence recurrence, long groups, SuccessProbability start, int iterations)
    {
        ArgumentNullException.ThrowIfNull(recurrence);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(groups, MostGroups);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(iterations);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, MostIterations);
        GroupTermLaw term = GroupTermLaw.Of(recurrence.Omega) ?? throw new ArgumentException(WithoutLaw, nameof(recurrence));

        if (!double.IsFinite(start.Logit) || !double.IsFinite(recurrence.Reference.Logit))
        {
            throw new ArgumentOutOfRangeException(nameof(start), start.P, "p_0 and p_ref lie strictly between 0 and 1.");
        }

        Iterations = iterations;
        _start = start;
        var sum = new GroupSumLaw(term, groups);

        // Twice it is looked where the mass is, then with full resolution, and with half of it for the error.
        Law Of(LogitGrid grid, bool smooth) => Propagate(new LogitChain(recurrence, start, sum, grid, smooth), iterations);
        Law where = Of(new LogitGrid(-WindowEnd, WindowEnd, 0.125), smooth: false);
        where = Of(Around(where, WindowPoints / 2), smooth: true);
        LogitGrid grid = Around(where, WindowPoints);
        _fine = Of(grid, smooth: true);
        _coarse = Of(Around(where, WindowPoints / 2), smooth: true);
    }

    /// <summary>N.</summary>
    public int Iterations { get; }

    /// <summary>Distance in logits of the grid's points, where it is evenly spaced.</summary>
    public double Spacing => _fine.Chain.Grid.Spacing;

    /// <summary>Mean of p_n.</summary>
    /// <param name="n">Iteration, 0 to N.</param>
    public double Mean(int n) => Expectation(_fine, n, logit => SuccessProbability.FromLogit(logit).P);

    /// <summary>Mean of 1 - p_n, with all digits where it is small.</summary>
    /// <param name="n">Iteration, 0 to N.</param>
    public double OneMinusMean(int n) => Expectation(_fine, n, logit => SuccessProbability.FromLogit(logit).OneMinusP);

    /// <summary>Standard deviation of p_n.</summary>
    /// <param name="n">Iteration, 0 to N.</param>
    public double Sd(int n)
    {
        double mean = Mean(n);
        return Math.Sqrt(Math.Max(0, Expectation(_fine, n, logit => SuccessProbability.FromLogit(logit).P - mean is var d ? d * d : 0)));
    }

    /// <summary>Mean of L_n, clipped to +-128.</summary>
    /// <param name="n">Iteration, 0 to N.</param>
    public double LogitMean(int n) => Expectation(_fine, n, Clip);

    /// <summary>Standard deviation of L_n, clipped to +-128.</summary>
    /// <param name="n">Iteration, 0 to N.</param>
    public double LogitSd(int n)
    {
        double mean = LogitMean(n);
        return Math.Sqrt(Math.Max(0, Expectation(_fine, n, logit => Clip(logit) - mean is var d ? d * d : 0)));
    }

    /// <summary>P(p_n &gt;= tau).</summary>
    /// <param name="n">Iteration, 0 to N.</param>
    /// <param name="threshold">tau.</param>
    public double ProbabilityFrom(int n, SuccessProbability threshold) => From(_fine, n, threshold.Logit);

    /// <summary>
    /// How far <see cref="ProbabilityFrom"/> is off: its difference from that of a grid of half the resolution. An estimate: where the law has
    /// atoms, and one lies within some spacings of the threshold, the two may agree by chance.
    /// </summary>
    /// <param name="n">Iteration, 0 to N.</param>
    /// <param name="threshold">tau.</param>
    public double ErrorFrom(int n, SuccessProbability threshold) => Math.Abs(From(_fine, n, threshold.Logit) - From(_coarse, n, threshold.Logit));

    /// <summary>The u quantile of p_n.</summary>
    /// <param name="n">Iteration, 0 to N.</param>
    /// <param name="u">Strictly between 0 and 1.</param>
    public SuccessProbability Quantile(int n, double u)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(u);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(u, 1);
        if (n == 0)
        {
            return _start;
        }

        LogitGrid grid = _fine.Chain.Grid;
        double[] masses = _fine.Masses[n];
        double below = 0;
        for (int i = 0; i < masses.Length - 1; i++)
        {
            if (below + masses[i] >= u)
            {
                double low = grid.EdgeBelow(i);
                return SuccessProbability.FromLogit(low + ((grid.EdgeBelow(i + 1) - low) * ((u - below) / masses[i])));
            }

            below += masses[i];
        }

        return SuccessProbability.FromLogit(grid.Points[^1]);
    }

    /// <summary>
    /// How far, on average, the mass is off in p: the Wasserstein distance of the law of p_n from that on a grid of half the resolution. No
    /// mean of p_n is off by more; errors fall with the spacing at least linearly, of smooth laws much faster.
    /// </summary>
    /// <param name="n">Iteration, 0 to N.</param>
    public double Error(int n)
    {
        if (n == 0)
        {
            return 0;
        }

        // Mass counted as lying on the points: between two points of either grid the distribution functions are constant.
        (double[] fine, double[] coarse) = (_fine.Chain.Grid.Points, _coarse.Chain.Grid.Points);
        double distance = 0;
        double difference = 0;
        double last = double.NegativeInfinity;
        for ((int i, int j) = (0, 0); i < fine.Length || j < coarse.Length;)
        {
            double next = Math.Min(i < fine.Length ? fine[i] : double.PositiveInfinity, j < coarse.Length ? coarse[j] : double.PositiveInfinity);
            double width = next > 0 ? Elementary.Sigmoid(-last) - Elementary.Sigmoid(-next) : Elementary.Sigmoid(next) - Elementary.Sigmoid(last);
            distance += width * Math.Abs(difference);
            last = next;
            difference += i < fine.Length && fine[i] == next ? _fine.Masses[n][i++] : 0;
            difference -= j < coarse.Length && coarse[j] == next ? _coarse.Masses[n][j++] : 0;
        }

        return distance;
    }

    /// <summary>The first n at which p_n reaches a threshold.</summary>
    /// <param name="threshold">tau: reached is p_n &gt;= tau.</param>
    public PassageLaw PassageOf(SuccessProbability threshold) => ExitOf(SuccessProbability.FromP(0), threshold);

    /// <summary>The first n at which p_n lies outside a region, 0 if p_0 does.</summary>
    /// <param name="low">The region's lower end, which belongs to it.</param>
    /// <param name="high">Its upper end, which does not.</param>
    public PassageLaw ExitOf(SuccessProbability low, SuccessProbability high)
    {
        double[] NotYet(LogitChain chain) => [.. Inside(chain, low.Logit, high.Logit).Take(Iterations + 1).Select(now => now.Left)];
        PassageLaw.Followed Follow(LogitChain chain) => FollowInside(chain, low.Logit, high.Logit);
        return new PassageLaw(NotYet(_fine.Chain), NotYet(_coarse.Chain), () => Follow(_fine.Chain), () => Follow(_coarse.Chain));
    }

    private static Law Propagate(LogitChain chain, int iterations)
    {
        var masses = new double[iterations + 1][];
        masses[0] = [];
        masses[1] = chain.First();
        for (int n = 2; n <= iterations; n++)
        {
            masses[n] = chain.Next(masses[n - 1]);
        }

        return new Law(chain, masses);
    }

    // A grid as fine as the number of points allows where there is mass.
    private LogitGrid Around(Law law, int points)
    {
        double[] at = law.Chain.Grid.Points;
        int first = at.Length;
        int last = -1;
        foreach (double[] masses in law.Masses)
        {
            for (int i = 0; i < masses.Length; i++)
            {
                if (Math.Abs(masses[i]) > Present && Math.Abs(at[i]) <= WindowEnd)
                {
                    first = Math.Min(first, i);
                    last = Math.Max(last, i);
                }
            }
        }

        // All saturated: where it is does not matter.
        (double low, double high) = last < 0 ? (-1, 1) : (at[Math.Max(0, first - 2)], at[Math.Min(at.Length - 1, last + 2)]);
        double start = Math.Clamp(_start.Logit, -WindowEnd, WindowEnd);
        (low, high) = (Math.Min(low, start), Math.Max(high, start));
        double spacing = 1;
        while ((high - low) / (spacing / 2) < points)
        {
            spacing /= 2;
        }

        return new LogitGrid(low, high, spacing);
    }

    private double Expectation(Law law, int n, Func<double, double> of)
    {
        if (n == 0)
        {
            return of(_start.Logit);
        }

        double sum = 0;
        double total = 0;
        double[] points = law.Chain.Grid.Points;
        for (int i = 0; i < points.Length; i++)
        {
            double mass = law.Masses[n][i];
            total += mass;
            if (mass != 0)
            {
                sum += mass * of(points[i]);
            }
        }

        return sum / total;
    }

    private double From(Law law, int n, double logit)
    {
        if (n == 0)
        {
            return _start.Logit >= logit ? 1 : 0;
        }

        double sum = 0;
        double total = 0;
        double[] masses = law.Masses[n];
        for (int i = masses.Length - 1; i >= 0; i--)
        {
            total += masses[i];
            sum += masses[i] == 0 ? 0 : masses[i] * law.Chain.Grid.ShareFrom(i, logit);
        }

        sum += law.Chain.IsSmooth ? Bend(law.Chain.Grid, masses, logit) : 0;
        return Math.Clamp(sum / total, 0, 1);
    }

    // What the mass above a logit in the window is more than if it were even around each point: of a parabola through three points.
    private static double Bend(LogitGrid grid, double[] masses, double logit)
    {
        if (grid.EvenIndexOf(logit) is not { } i)
        {
            return 0;
        }

        double s = (logit - grid.Points[i]) / grid.Spacing;
        double slope = (masses[i + 1] - masses[i - 1]) / 2;
        double bend = masses[i + 1] - (2 * masses[i]) + masses[i - 1];
        return ((masses[i] - masses[i + 1]) / 24) + (slope * (0.125 - (s * s / 2))) + (bend / 2 * ((1.0 / 24) - (s * s * s / 3)));
    }

    // At n = 0, 1, ...: the probability of not having left a region by n, and the share of those still in it before that leave at n.
    private IEnumerable<(double Left, double Leaving)> Inside(LogitChain chain, double low, double high)
    {
        double left = _start.Logit >= low && _start.Logit < high ? 1 : 0;
        yield return (left, 1 - left);
        double[] masses = new double[chain.Grid.Points.Length];
        for (int n = 1; ; n++)
        {
            masses = left == 0 ? masses : n == 1 ? chain.First() : chain.Next(masses);
            double staying = 0;
            double leaving = 0;
            for (int i = 0; i < masses.Length; i++)
            {
                double share = chain.Grid.ShareFrom(i, low) - chain.Grid.ShareFrom(i, high);
                leaving += masses[i] == 0 ? 0 : masses[i] * (1 - share);
                masses[i] = masses[i] == 0 ? 0 : masses[i] * share;
                staying += masses[i];
            }

            left = Math.Clamp(staying, 0, left);
            yield return (left, leaving / (staying + leaving));
        }
    }

    // N iterations and on, until all have left, or until what the rate at which they leave still changes by would not move E T by a millionth.
    private PassageLaw.Followed FollowInside(LogitChain chain, double low, double high)
    {
        var left = new List<double>();
        double rate = double.NaN;
        long before = chain.Products;
        foreach ((double now, double leaving) in Inside(chain, low, high).Take(MostIterations + 1))
        {
            left.Add(now < Nothing ? 0 : now);
            if (left.Count > Iterations)
            {
                if (left[^1] == 0 || chain.Products - before > MostProducts)
                {
                    break;
                }

                if (leaving > LeastRate && Math.Abs(leaving - rate) < 1e-6 * leaving * leaving)
                {
                    return new PassageLaw.Followed([.. left], leaving);
                }
            }

            rate = leaving;
        }

        return new PassageLaw.Followed([.. left], null);
    }

    private static double Clip(double logit) => Math.Clamp(logit, -LogitClip, LogitClip);
}

namespace GrpoMonteCarlo.Theory;

/// <summary>Where the iterates of a recurrence end.</summary>
public enum OrbitKind
{
    /// <summary>They converge to one point.</summary>
    Limit,

    /// <summary>They return to where they were after a fixed number of steps.</summary>
    Cycle,

    /// <summary>Neither within 20,000 steps.</summary>
    Erratic,
}

/// <summary>
/// The end of the orbit from a start: a limit when |L_{n+1} - L_n| &lt; 1e-12 max(1,|L|) for 10 steps, a cycle when after 20,000
/// steps it returns within 1e-10 max(1,|L|), with the least period up to 64, and erratic otherwise. Under the mirror anchor it is the
/// limit 1 (the paper: p_n rises to 1).
/// </summary>
public sealed class Orbit
{
    private const int MostSteps = 20_000;
    private const int LongestPeriod = 64;

    private Orbit(OrbitKind kind, IReadOnlyList<SuccessProbability> points)
    {
        Kind = kind;
        Points = points;
    }

    /// <summary>Limit, cycle or erratic.</summary>
    public OrbitKind Kind { get; }

    /// <summary>1 for a limit, the length of a cycle, null if erratic.</summary>
    public int? Period => Kind == OrbitKind.Erratic ? null : Points.Count;

    /// <summary>The limit; the points of the cycle in the order in which they are visited; the last 64 iterates if erratic.</summary>
    public IReadOnlyList<SuccessProbability> Points { get; }

    /// <summary>The limit, if there is one.</summary>
    public SuccessProbability? Limit => Kind == OrbitKind.Limit ? Points[0] : null;

    /// <summary>Follows the recurrence from a start.</summary>
    public static Orbit Follow(Recurrence recurrence, SuccessProbability start) => Follow(recurrence, start, lag: 0);

    /// <summary>
    /// Follows the recurrence from a start where rollouts are late: lag more steps must be still, since a standstill shows only once
    /// it has been sampled, and a cycle has returned when the last lag+1 iterates all have.
    /// </summary>
    /// <param name="recurrence">The recurrence.</param>
    /// <param name="start">p_0.</param>
    /// <param name="lag">As in <see cref="Recurrence.Iterate(SuccessProbability, int, int, int)"/>.</param>
    public static Orbit Follow(Recurrence recurrence, SuccessProbability start, int lag)
    {
        ArgumentNullException.ThrowIfNull(recurrence);
        ArgumentOutOfRangeException.ThrowIfNegative(lag);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lag, MostSteps - LongestPeriod);
        if (recurrence.Alpha == 0 && !double.IsInfinity(start.Logit))
        {
            return new Orbit(OrbitKind.Limit, [SuccessProbability.FromLogit(double.PositiveInfinity)]);
        }

        var recent = new SuccessProbability[LongestPeriod + lag + 1]; // a ring: iterate n is at n modulo its length
        recent[0] = start;
        int still = 0;

        // lag+1 iterates equal to earlier ones, bit for bit, repeat for ever: what 20,000 steps would show is known at once.
        double marker = start.Logit;
        int markedAt = 0;
        int last = 0;
        for (int n = 1; n <= MostSteps; n++)
        {
            SuccessProbability previous = recent[(n - 1) % recent.Length];
            SuccessProbability next = recurrence.Next(previous, recent[Math.Max(0, n - 1 - lag) % recent.Length]);
            recent[n % recent.Length] = next;
            last = n;

            bool settled = next.Logit == previous.Logit
                || Math.Abs(next.Logit - previous.Logit) < 1e-12 * Math.Max(1, Math.Abs(next.Logit));
            still = settled ? still + 1 : 0;
            if (still == 10 + lag)
            {
                return new Orbit(OrbitKind.Limit, [next]);
            }

            if (next.Logit == marker && n - markedAt is > 1 and <= LongestPeriod && n >= LongestPeriod + lag && Returned(n - markedAt, 0))
            {
                break;
            }

            if (n >= 2 * markedAt && n >= LongestPeriod + lag)
            {
                marker = next.Logit;
                markedAt = n;
            }
        }

        for (int period = 1; period <= LongestPeriod; period++)
        {
            if (Returned(period, 1e-10))
            {
                var cycle = Enumerable.Range(0, period).Select(i => Back(period - 1 - i)).ToArray();
                return new Orbit(period == 1 ? OrbitKind.Limit : OrbitKind.Cycle, cycle);
            }
        }

        return new Orbit(OrbitKind.Erratic, [.. Enumerable.Range(0, LongestPeriod).Select(i => Back(LongestPeriod - 1 - i))]);

        bool Returned(int period, double tolerance)
        {
            for (int i = 0; i <= lag; i++)
            {
                double now = Back(i).Logit;
                if (!(Math.Abs(now - Back(period + i).Logit) <= tolerance * Math.Max(1, Math.Abs(now))))
                {
                    return false;
                }
            }

            return true;
        }

        SuccessProbability Back(int steps) => recent[(last - steps) % recent.Length];
    }
}

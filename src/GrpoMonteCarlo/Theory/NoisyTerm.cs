namespace GrpoMonteCarlo.Theory;

/// <summary>
/// What a group adds under verifier noise (theory.md section 5): with K successes seen, J of them and I of the G-K others true,
/// (1/G) sum_i A_i (t_i - p) = phi(K) (J/K - I/(G-K)), whatever p. K ~ Binomial(G, p~), J ~ Binomial(K, a), I ~ Binomial(G-K, b), a and b the
/// chances that what is seen as a success, or as a failure, is one.
/// </summary>
internal sealed class NoisyTerm : GroupTermLaw
{
    // Of a group of 32 there are 6,000.
    private const int MostOutcomes = 20_000;

    private readonly VerifierNoise _noise;
    private readonly double[] _phi;
    private readonly double[] _seen; // chances of K
    private readonly int[] _each; // K itself
    private readonly int[]? _places; // of each K, J and I the place of its value
    private readonly double[] _rewarded; // chances of J
    private readonly double[] _others; // of I
    private readonly Turning[] _rewardedTurning;
    private readonly Turning[] _othersTurning;
    private Turning _shift;
    private (double True, double False) _amongRewarded;
    private (double True, double False) _amongOthers;

    /// <param name="omega">The rule without noise.</param>
    /// <param name="noise">How often the verifier errs.</param>
    public NoisyTerm(FiniteGroupOmega omega, VerifierNoise noise)
    {
        _noise = noise;
        _phi = omega.Phi;
        int g = omega.GroupSize;
        _seen = new double[g + 1];
        _each = [.. Enumerable.Range(0, g + 1)];
        (_rewarded, _others) = (new double[g + 1], new double[g + 1]);
        (_rewardedTurning, _othersTurning) = (new Turning[g + 1], new Turning[g + 1]);
        double[] all = [.. Outcomes()];
        (Values, _places) = all.Length > MostOutcomes ? ([], null) : DistinctValues.Of(all);
        Weights = new double[Values.Length];

        IEnumerable<double> Outcomes()
        {
            for (int k = 0; k <= g; k++)
            {
                for (int i = 0; i < (k + 1) * (g - k + 1); i++)
                {
                    (int rewarded, int other) = Math.DivRem(i, g - k + 1);
                    yield return _phi[k] == 0 ? 0 : _phi[k] * (((double)rewarded / k) - ((double)other / (g - k)));
                }
            }
        }
    }

    public override double[] Values { get; }

    public override double[] Weights { get; }

    public override bool IsPerVariance => true;

    /// <summary>0, of degenerate groups and of those whose rollouts are all true successes, or all failures.</summary>
    public override (double Value, double Weight) Still => (0, 1 - Other);

    public override double Other
    {
        get
        {
            double other = 0;
            int g = _phi.Length - 1;
            for (int k = 1; k < g; k++)
            {
                (double allTrue, _) = Power(_amongRewarded.True, 0, k);
                (double othersTrue, _) = Power(_amongOthers.True, 0, g - k);
                (double allFalse, _) = Power(_amongRewarded.False, 0, k);
                (double othersFalse, _) = Power(_amongOthers.False, 0, g - k);
                other += _phi[k] == 0 ? 0 : _seen[k] * Math.Max(0, 1 - (allTrue * othersTrue) - (allFalse * othersFalse));
            }

            return Math.Min(1, other);
        }
    }

    public override (double Least, double Greatest) Range => (-_phi.Max(), _phi.Max());

    public override void Weigh(SuccessProbability p)
    {
        (double seen, double notSeen) = _noise.Observed(p.P, p.OneMinusP);
        (double success, double failure) = _noise.Ratios(p.P, p.OneMinusP);
        Weigh(_seen, _each, seen, notSeen);
        _amongRewarded = _noise.FalsePositive == 0 ? (1, 0) : ((1 - _noise.FalseNegative) * success, _noise.FalsePositive * p.OneMinusP / seen);
        _amongOthers = _noise.FalseNegative == 0 ? (0, 1) : (_noise.FalseNegative * p.P / notSeen, (1 - _noise.FalsePositive) * failure);
        if (_places is not null)
        {
            WeighValues(_places);
        }
    }

    public override (double Mean, double Variance, double Largest) Moments(long groups)
    {
        int g = _phi.Length - 1;
        double mean = 0;
        double square = 0;
        double largest = 0;
        double difference = _amongRewarded.True - _amongOthers.True;
        for (int k = 1; k < g; k++)
        {
            double scatter = (_amongRewarded.True * _amongRewarded.False / k) + (_amongOthers.True * _amongOthers.False / (g - k));
            mean += _seen[k] * _phi[k] * difference;
            square += _seen[k] * _phi[k] * _phi[k] * ((difference * difference) + scatter);
            largest = _seen[k] * groups > 1e-14 ? Math.Max(largest, _phi[k]) : largest;
        }

        return (mean, Math.Max(0, square - (mean * mean)), largest);
    }

    public override void Begin(double shift, double period)
    {
        _shift = new Turning(-shift / period);
        for (int k = 1; k < _phi.Length - 1; k++)
        {
            _rewardedTurning[k] = new Turning(_phi[k] / k / period);
            _othersTurning[k] = new Turning(-_phi[k] / (_phi.Length - 1 - k) / period);
        }
    }

    public override (double Real, double Imaginary) Next()
    {
        int g = _phi.Length - 1;
        double re = _seen[0] + _seen[g];
        double im = 0;
        for (int k = 1; k < g; k++)
        {
            if (_seen[k] > Negligible)
            {
                (double a, double b) = Factor(_amongRewarded, _rewardedTurning[k].Now, k);
                (double c, double d) = Factor(_amongOthers, _othersTurning[k].Now, g - k);
                re += _seen[k] * ((a * c) - (b * d));
                im += _seen[k] * ((a * d) + (b * c));
                _rewardedTurning[k].Turn();
                _othersTurning[k].Turn();
            }
        }

        (double cos, double sin) = _shift.Now;
        _shift.Turn();
        return ((re * cos) - (im * sin), (re * sin) + (im * cos));
    }

    // Of so many rollouts seen alike, each is a true success by itself.
    private static (double Real, double Imaginary) Factor((double True, double False) chances, (double Cos, double Sin) turn, int rollouts) =>
        chances.True == 0 ? (1, 0) : Power(chances.False + (chances.True * turn.Cos), chances.True * turn.Sin, rollouts);

    private void WeighValues(int[] places)
    {
        int g = _phi.Length - 1;
        int place = 0;
        Array.Clear(Weights);
        for (int k = 0; k <= g; k++)
        {
            Span<double> rewarded = _rewarded.AsSpan(0, k + 1);
            Span<double> others = _others.AsSpan(0, g - k + 1);
            Binomial(rewarded, _amongRewarded);
            Binomial(others, _amongOthers);
            foreach (double chance in rewarded)
            {
                foreach (double other in others)
                {
                    Weights[places[place++]] += _seen[k] * chance * other;
                }
            }
        }
    }

    // One trial after another: sums of products, which lose no digits.
    private static void Binomial(Span<double> chances, (double True, double False) each)
    {
        chances.Clear();
        chances[0] = 1;
        for (int n = 1; n < chances.Length; n++)
        {
            for (int j = n; j > 0; j--)
            {
                chances[j] = (chances[j] * each.False) + (chances[j - 1] * each.True);
            }

            chances[0] *= each.False;
        }
    }
}

namespace GrpoMonteCarlo.Theory;

/// <summary>A term that the group's successes decide: phi(K) or s(K), K ~ Binomial(G, p).</summary>
internal sealed class TabledTerm : GroupTermLaw
{
    private readonly int[] _kinds; // of each K the place of its value
    private readonly Turning[] _turning;
    private readonly double[] _present; // the weights of those that turn
    private int _still;
    private int _count;

    /// <param name="terms">At K = 0..G.</param>
    /// <param name="isPerVariance">Whether the step divides by p(1-p).</param>
    public TabledTerm(IReadOnlyList<double> terms, bool isPerVariance)
    {
        Values = [.. terms.Distinct().Order()];
        _kinds = [.. terms.Select(term => Array.IndexOf(Values, term))];
        Weights = new double[Values.Length];
        _turning = new Turning[Values.Length];
        _present = new double[Values.Length];
        IsPerVariance = isPerVariance;
    }

    public override double[] Values { get; }

    public override double[] Weights { get; }

    public override bool IsPerVariance { get; }

    public override (double Value, double Weight) Still => (Values[_still], Weights[_still]);

    public override double Other
    {
        get
        {
            double other = 0;
            for (int i = 0; i < Weights.Length; i++)
            {
                other += i == _still ? 0 : Weights[i];
            }

            return other;
        }
    }

    public override (double Least, double Greatest) Range => (Values[0], Values[^1]);

    public override void Weigh(SuccessProbability p)
    {
        Weigh(Weights, _kinds, p.P, p.OneMinusP);
        _still = p.Logit <= 0 ? _kinds[0] : _kinds[^1];
    }

    public override (double Mean, double Variance, double Largest) Moments(long groups)
    {
        double mean = 0;
        double square = 0;
        double largest = 0;
        for (int i = 0; i < Values.Length; i++)
        {
            mean += Weights[i] * Values[i];
            square += Weights[i] * Values[i] * Values[i];
            largest = Weights[i] * groups > 1e-14 ? Values[i] : largest;
        }

        return (mean, Math.Max(0, square - (mean * mean)), largest);
    }

    public override void Begin(double shift, double period)
    {
        _count = 0;
        for (int i = 0; i < Values.Length; i++)
        {
            if (Weights[i] > Negligible)
            {
                _turning[_count] = new Turning((Values[i] - shift) / period);
                _present[_count++] = Weights[i];
            }
        }
    }

    public override (double Real, double Imaginary) Next()
    {
        double re = 0;
        double im = 0;
        for (int i = 0; i < _count; i++)
        {
            (double c, double s) = _turning[i].Now;
            re += _present[i] * c;
            im += _present[i] * s;
            _turning[i].Turn();
        }

        return (re, im);
    }
}

namespace GrpoMonteCarlo.Theory;

/// <summary>
/// E f(J), J the marked ones among n items drawn without replacement from N, of which t are marked. The weights C(n,j) C(N-n,t-j) grow
/// outwards from the mode by their ratio, as in <see cref="BinomialExpectation"/>; the ratio is a product of two tabled quotients.
/// </summary>
internal sealed class HypergeometricExpectation
{
    private readonly int _population;
    private readonly int _drawn;
    private readonly double[] _values;
    private readonly double[] _up; // (n-j) / (j+1), of the items drawn
    private readonly double[] _down; // j / (n-j+1)
    private readonly double[] _restUp; // (N-n-i) / (i+1), of the N-n items left, i = t-j of them marked
    private readonly double[] _restDown; // i / (N-n-i+1)

    /// <param name="population">N, the items there are.</param>
    /// <param name="values">f(0), ..., f(n), n at most N.</param>
    public HypergeometricExpectation(int population, double[] values)
    {
        _population = population;
        _drawn = values.Length - 1;
        _values = values;
        (_up, _down) = Ratios(_drawn);
        (_restUp, _restDown) = Ratios(population - _drawn);
    }

    /// <summary>The expectation with t marked items, from 0 to N.</summary>
    public double At(int marked) => At(marked, _values);

    /// <summary>The same of other values f(0), ..., f(n).</summary>
    public double At(int marked, ReadOnlySpan<double> values)
    {
        int least = Math.Max(0, marked - (_population - _drawn));
        int most = Math.Min(_drawn, marked);
        int mode = Math.Clamp((int)((_drawn + 1L) * (marked + 1L) / (_population + 2L)), least, most);
        double total = 1;
        double sum = values[mode];
        double weight = 1;
        for (int j = mode; j < most && weight >= BinomialExpectation.Negligible; j++)
        {
            weight *= _up[j] * _restDown[marked - j];
            total += weight;
            sum += weight * values[j + 1];
        }

        weight = 1;
        for (int j = mode; j > least && weight >= BinomialExpectation.Negligible; j--)
        {
            weight *= _down[j] * _restUp[marked - j];
            total += weight;
            sum += weight * values[j - 1];
        }

        return sum / total;
    }

    private static (double[] Up, double[] Down) Ratios(int n)
    {
        var up = new double[n + 1];
        var down = new double[n + 1];
        for (int j = 0; j <= n; j++)
        {
            up[j] = (double)(n - j) / (j + 1);
            down[j] = (double)j / (n - j + 1);
        }

        return (up, down);
    }
}

using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Theory;

/// <summary>
/// The law of what M groups add up to: its atoms where they are few, else the inverse transform of the M-th power of one group's
/// characteristic function, on a lattice that leaves out less than 1e-12 of the mass (Bernstein's bound).
/// </summary>
internal sealed class GroupSumLaw
{
    /// <summary>The largest M: the power loses M 2^-52 of its digits.</summary>
    public const long MostGroups = 1L << 26;

    // Enumerated as long as adding group by group takes no more products than this.
    private const int MostProducts = 20_000;
    private const int ShortestLattice = 512;
    private const int LongestLattice = 4096;
    // 2 ln 10^12 and a third of ln 10^12: P(S - E S > t) <= exp(-t^2 / (2 (V + phi t/3))).
    private const double VarianceReach = 55.26;
    private const double TermReach = 9.21;

    private readonly GroupTermLaw _term;
    private readonly long _groups;
    private readonly int[][]? _sums; // of each number of groups: where an atom goes when one more group comes to it
    private readonly double[] _spare;
    private readonly Dictionary<int, FourierTransform> _transforms = [];
    private readonly double[] _real;
    private readonly double[] _imaginary;

    /// <param name="term">What one group adds.</param>
    /// <param name="groups">M.</param>
    public GroupSumLaw(GroupTermLaw term, long groups)
    {
        _term = term;
        _groups = groups;
        (_sums, double[] atoms) = Enumerate(term.Values, groups);
        Values = _sums is null ? new double[LongestLattice] : atoms;
        Probabilities = new double[Values.Length];
        _spare = new double[Values.Length];
        int length = _sums is null ? LongestLattice : 0;
        (_real, _imaginary) = (new double[length], new double[length]);
    }

    /// <summary>Where the mass is, rising; the first <see cref="Count"/> of them.</summary>
    public double[] Values { get; }

    /// <summary>How much of it is there.</summary>
    public double[] Probabilities { get; }

    public int Count { get; private set; }

    /// <summary>Whether the values are a lattice of a law that is smooth on it, and not its atoms.</summary>
    public bool IsSmooth => _sums is null;

    /// <summary>An atom that is not among the values, of groups that all have the same: where it is, and its mass.</summary>
    public (double Value, double Mass) Still { get; private set; }

    /// <summary>What a sum is divided by to be the step over beta.</summary>
    public double Divisor(SuccessProbability p, double beta) => _term.IsPerVariance ? _groups * p.Variance * beta : _groups * beta;

    /// <summary>Works the law out.</summary>
    /// <param name="p">Success probability.</param>
    /// <param name="resolution">How dense a lattice is of use.</param>
    public void Compute(SuccessProbability p, double resolution)
    {
        _term.Weigh(p);
        Count = 0;
        Still = (0, 0);
        if (_sums is not null)
        {
            AddGroupByGroup(_sums);
            return;
        }

        if (_term.Other * _groups < 1e-15)
        {
            Still = (_groups * _term.Still.Value, 1);
            return;
        }

        Transform(resolution);
    }

    private static (int[][]? Sums, double[] Atoms) Enumerate(double[] values, long groups)
    {
        if (values.Length == 0)
        {
            return (null, []);
        }

        var steps = new List<int[]>();
        double[] atoms = [0];
        long products = 0;
        for (long m = 0; m < groups; m++)
        {
            products += (long)atoms.Length * values.Length;
            if (products > MostProducts)
            {
                return (null, []);
            }

            // Many have the same terms in another order.
            (atoms, int[] places) = DistinctValues.Of([.. atoms.SelectMany(atom => values.Select(term => atom + term))]);
            steps.Add(places);
        }

        return ([.. steps], atoms);
    }

    private void AddGroupByGroup(int[][] sums)
    {
        double[] weights = _term.Weights;
        double[] now = Probabilities;
        double[] next = _spare;
        int count = 1;
        now[0] = 1;
        foreach (int[] places in sums)
        {
            int most = 0;
            Array.Clear(next);
            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j < weights.Length; j++)
                {
                    int place = places[(i * weights.Length) + j];
                    next[place] += now[i] * weights[j];
                    most = Math.Max(most, place);
                }
            }

            (now, next) = (next, now);
            count = most + 1;
        }

        if (now != Probabilities)
        {
            now.CopyTo(Probabilities, 0);
        }

        Count = count;
    }

    private void Transform(double resolution)
    {
        (double mean, double ofOne, double largest) = _term.Moments(_groups);
        double variance = _groups * ofOne;
        double reach = (TermReach * largest) + Math.Sqrt((TermReach * TermReach * largest * largest) + (VarianceReach * variance));
        (double least, double greatest) = _term.Range;
        double lowest = Math.Max(_groups * least, (_groups * mean) - reach);
        double span = Math.Min(_groups * greatest, (_groups * mean) + reach) - lowest;
        int n = ShortestLattice;
        while (n < LongestLattice && n * resolution < 1.1 * span)
        {
            n *= 2;
        }

        double spacing = 1.1 * span / n;
        double first = lowest - (0.05 * span);
        (double value, double weight) = _term.Still;
        Still = (_groups * value, weight <= 0 ? 0 : GroupTermLaw.Power(weight, 0, _groups).Real);
        FillCharacteristic(n, spacing * n, first);
        Smooth(n);
        for (int k = 1; k < n / 2; k++)
        {
            (_real[n - k], _imaginary[n - k]) = (_real[k], -_imaginary[k]);
        }

        _imaginary[n / 2] = 0;
        if (!_transforms.TryGetValue(n, out FourierTransform? transform))
        {
            _transforms[n] = transform = new FourierTransform(n);
        }

        transform.Transform(_real.AsSpan(0, n), _imaginary.AsSpan(0, n));
        for (int j = 0; j < n; j++)
        {
            Values[j] = first + (j * spacing);
            Probabilities[j] = _real[j] / n;
        }

        Count = n;
    }

    // E exp(2 pi i k (S - first) / period) for k up to n/2, without the atom.
    private void FillCharacteristic(int n, double period, double first)
    {
        _term.Begin(first / _groups, period);
        (double turnCos, double turnSin) = FourierTransform.Turn((Still.Value - first) / period);
        (double cos, double sin) = (1, 0);
        for (int k = 0; k <= n / 2; k++)
        {
            (double re, double im) = _term.Next();
            (re, im) = GroupTermLaw.Power(re, im, _groups);
            _real[k] = re - (Still.Mass * cos);
            _imaginary[k] = im - (Still.Mass * sin);
            (cos, sin) = ((cos * turnCos) - (sin * turnSin), (cos * turnSin) + (sin * turnCos));
        }
    }

    // Atoms that the lattice does not resolve would ring: they are spread over some spacings, which leaves the first five moments alone.
    private void Smooth(int n)
    {
        double last = 0;
        for (int k = 3 * n / 8; k <= n / 2; k++)
        {
            last = Math.Max(last, Math.Abs(_real[k]) + Math.Abs(_imaginary[k]));
        }

        if (last < 1e-10)
        {
            return;
        }

        for (int k = 1; k <= n / 2; k++)
        {
            double square = 4.0 * k * k / ((double)n * n);
            double factor = Elementary.Exp(-30 * square * square * square);
            _real[k] *= factor;
            _imaginary[k] *= factor;
        }
    }
}

using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Theory;

/// <summary>
/// The law of sum_g phi(K_g) over M groups, K_g ~ Binomial(G, p): its atoms where they are few, else the inverse transform of the M-th power
/// of one group's characteristic function, on a lattice that leaves out less than 1e-12 of the mass (Bernstein's bound).
/// </summary>
internal sealed class GroupSumLaw
{
    /// <summary>The largest M: the power loses M 2^-52 of its digits.</summary>
    public const long MostGroups = 1L << 26;

    // Enumerated as long as adding group by group takes no more products than this.
    private const int MostProducts = 20_000;
    private const int ShortestLattice = 512;
    private const int LongestLattice = 4096;
    private const double Negligible = 1e-18;

    // 2 ln 10^12 and a third of ln 10^12: P(S - E S > t) <= exp(-t^2 / (2 (V + phi t/3))).
    private const double VarianceReach = 55.26;
    private const double TermReach = 9.21;

    private readonly int _groupSize;
    private readonly long _groups;
    private readonly double[] _phi; // distinct, rising, the first 0
    private readonly int[] _kinds; // of each K its place among them
    private readonly double[] _weights;
    private readonly int[][]? _sums; // of each number of groups: where an atom goes when one more group comes to it
    private readonly double[] _spare;
    private readonly Dictionary<int, FourierTransform> _transforms = [];
    private readonly double[] _real = new double[LongestLattice];
    private readonly double[] _imaginary = new double[LongestLattice];
    private readonly double[] _cos;
    private readonly double[] _sin;
    private readonly double[] _turnCos;
    private readonly double[] _turnSin;

    /// <param name="omega">The group's terms.</param>
    /// <param name="groups">M.</param>
    public GroupSumLaw(FiniteGroupOmega omega, long groups)
    {
        _groupSize = omega.GroupSize;
        _groups = groups;
        _phi = [.. omega.Phi.Distinct().Order()];
        _kinds = [.. omega.Phi.Select(phi => Array.IndexOf(_phi, phi))];
        _weights = new double[_phi.Length];
        (_cos, _sin) = (new double[_phi.Length], new double[_phi.Length]);
        (_turnCos, _turnSin) = (new double[_phi.Length], new double[_phi.Length]);
        (_sums, double[] atoms) = Enumerate(_phi, groups);
        Values = _sums is null ? new double[LongestLattice] : atoms;
        Probabilities = new double[Values.Length];
        _spare = new double[Values.Length];
    }

    /// <summary>Where the mass is, rising; the first <see cref="Count"/> of them.</summary>
    public double[] Values { get; }

    /// <summary>How much of it is there.</summary>
    public double[] Probabilities { get; }

    public int Count { get; private set; }

    /// <summary>Whether the values are a lattice of a law that is smooth on it, and not its atoms.</summary>
    public bool IsSmooth => _sums is null;

    /// <summary>The mass at 0 that is not among the values.</summary>
    public double AtZero { get; private set; }

    /// <summary>Works the law out.</summary>
    /// <param name="p">Success probability.</param>
    /// <param name="resolution">How dense a lattice is of use.</param>
    public void Compute(SuccessProbability p, double resolution)
    {
        Weigh(p.P, p.OneMinusP);
        Count = 0;
        AtZero = 0;
        if (_sums is not null)
        {
            AddGroupByGroup(_sums);
            return;
        }

        double informative = 0;
        for (int i = 1; i < _phi.Length; i++)
        {
            informative += _weights[i];
        }

        if (informative * _groups < 1e-15)
        {
            AtZero = 1;
            return;
        }

        Transform(resolution);
    }

    private static (int[][]? Sums, double[] Atoms) Enumerate(double[] phi, long groups)
    {
        var steps = new List<int[]>();
        double[] atoms = [0];
        long products = 0;
        for (long m = 0; m < groups; m++)
        {
            products += (long)atoms.Length * phi.Length;
            if (products > MostProducts)
            {
                return (null, []);
            }

            double[] sums = [.. atoms.SelectMany(atom => phi.Select(term => atom + term))];
            int[] order = [.. Enumerable.Range(0, sums.Length).OrderBy(i => sums[i])];
            var merged = new List<double>();
            int[] places = new int[sums.Length];
            foreach (int i in order)
            {
                // The same terms in another order.
                if (merged.Count == 0 || sums[i] - merged[^1] > 1e-12 * sums[order[^1]])
                {
                    merged.Add(sums[i]);
                }

                places[i] = merged.Count - 1;
            }

            steps.Add(places);
            atoms = [.. merged];
        }

        return ([.. steps], atoms);
    }

    private void AddGroupByGroup(int[][] sums)
    {
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
                for (int j = 0; j < _weights.Length; j++)
                {
                    int place = places[(i * _weights.Length) + j];
                    next[place] += now[i] * _weights[j];
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

    // Chances of the kinds of groups, outwards from the mode.
    private void Weigh(double p, double oneMinusP)
    {
        Array.Clear(_weights);
        int mode = Math.Min(_groupSize, (int)((_groupSize + 1) * p));
        _weights[_kinds[mode]] = 1;
        double total = 1;
        double weight = 1;
        for (int k = mode; k < _groupSize && weight > 0; k++)
        {
            weight *= (double)(_groupSize - k) / (k + 1) * (p / oneMinusP);
            _weights[_kinds[k + 1]] += weight;
            total += weight;
        }

        weight = 1;
        for (int k = mode; k > 0 && weight > 0; k--)
        {
            weight *= (double)k / (_groupSize - k + 1) * (oneMinusP / p);
            _weights[_kinds[k - 1]] += weight;
            total += weight;
        }

        for (int i = 0; i < _weights.Length; i++)
        {
            _weights[i] /= total;
        }
    }

    private void Transform(double resolution)
    {
        double mean = 0;
        double square = 0;
        double largest = 0;
        for (int i = 1; i < _phi.Length; i++)
        {
            mean += _weights[i] * _phi[i];
            square += _weights[i] * _phi[i] * _phi[i];
            largest = _weights[i] * _groups > 1e-14 ? _phi[i] : largest;
        }

        double variance = _groups * Math.Max(0, square - (mean * mean));
        double reach = (TermReach * largest) + Math.Sqrt((TermReach * TermReach * largest * largest) + (VarianceReach * variance));
        double lowest = Math.Max(0, (_groups * mean) - reach);
        double span = Math.Min(_groups * _phi[^1], (_groups * mean) + reach) - lowest;
        int n = ShortestLattice;
        while (n < LongestLattice && n * resolution < 1.1 * span)
        {
            n *= 2;
        }

        double spacing = 1.1 * span / n;
        double first = lowest - (0.05 * span);
        AtZero = _weights[0] <= 0 ? 0 : Power(_weights[0], 0, _groups).Real;
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

    // E exp(2 pi i k (S - first) / period) for k up to n/2, without what lies at 0.
    private void FillCharacteristic(int n, double period, double first)
    {
        int kinds = 0;
        Span<double> weights = stackalloc double[_phi.Length];
        for (int i = 0; i < _phi.Length; i++)
        {
            if (_weights[i] > Negligible)
            {
                weights[kinds] = _weights[i];
                (_turnCos[kinds], _turnSin[kinds]) = FourierTransform.Turn((_phi[i] - (first / _groups)) / period);
                (_cos[kinds], _sin[kinds]) = (1, 0);
                kinds++;
            }
        }

        (double turnCos, double turnSin) = FourierTransform.Turn(-first / period);
        (double cos, double sin) = (1, 0);
        for (int k = 0; k <= n / 2; k++)
        {
            double re = 0;
            double im = 0;
            for (int i = 0; i < kinds; i++)
            {
                (double c, double s) = (_cos[i], _sin[i]);
                re += weights[i] * c;
                im += weights[i] * s;
                _cos[i] = (c * _turnCos[i]) - (s * _turnSin[i]);
                _sin[i] = (c * _turnSin[i]) + (s * _turnCos[i]);
            }

            (re, im) = Power(re, im, _groups);
            _real[k] = re - (AtZero * cos);
            _imaginary[k] = im - (AtZero * sin);
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

    private static (double Real, double Imaginary) Power(double real, double imaginary, long exponent)
    {
        (double re, double im) = (1, 0);
        while (true)
        {
            if ((exponent & 1) != 0)
            {
                (re, im) = ((re * real) - (im * imaginary), (re * imaginary) + (im * real));
            }

            exponent >>= 1;
            if (exponent == 0)
            {
                return (re, im);
            }

            (real, imaginary) = ((real * real) - (imaginary * imaginary), 2 * real * imaginary);
            if (Math.Abs(real) + Math.Abs(imaginary) < 1e-40)
            {
                return (0, 0);
            }
        }
    }
}

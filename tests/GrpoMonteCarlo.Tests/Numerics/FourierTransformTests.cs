using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Tests.Numerics;

/// <summary>The discrete Fourier transform against its definition.</summary>
public class FourierTransformTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(512)]
    public void It_is_the_sum_of_its_definition(int n)
    {
        var transform = new FourierTransform(n);
        Assert.Equal(n, transform.Length);
        (double[] re, double[] im) = Random(n, seed: n);
        (double[] real, double[] imaginary) = ([.. re], [.. im]);
        transform.Transform(real, imaginary);
        for (int j = 0; j < n; j++)
        {
            double expectedReal = 0;
            double expectedImaginary = 0;
            for (int k = 0; k < n; k++)
            {
                (double sin, double cos) = Math.SinCos(-2 * Math.PI * ((long)j * k % n) / n);
                expectedReal += (re[k] * cos) - (im[k] * sin);
                expectedImaginary += (re[k] * sin) + (im[k] * cos);
            }

            Assert.Equal(expectedReal, real[j], 1e-14 * n);
            Assert.Equal(expectedImaginary, imaginary[j], 1e-14 * n);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(512)]
    [InlineData(4096)]
    [InlineData(1 << 16)]
    public void There_and_back_gives_what_was_there(int n)
    {
        var transform = new FourierTransform(n);
        (double[] re, double[] im) = Random(n, seed: n + 1);
        (double[] real, double[] imaginary) = ([.. re], [.. im]);
        transform.Transform(real, imaginary);
        double energy = real.Zip(imaginary, (a, b) => (a * a) + (b * b)).Sum() / n;
        Assert.Equal(re.Zip(im, (a, b) => (a * a) + (b * b)).Sum(), energy, 1e-13 * n);
        transform.Transform(imaginary, real); // back, with the parts exchanged
        for (int k = 0; k < n; k++)
        {
            Assert.Equal(re[k], real[k] / n, 1e-14);
            Assert.Equal(im[k], imaginary[k] / n, 1e-14);
        }
    }

    [Fact]
    public void An_impulse_becomes_a_turning_point_and_a_constant_an_impulse()
    {
        const int N = 32;
        var transform = new FourierTransform(N);
        double[] real = new double[N];
        double[] imaginary = new double[N];
        real[1] = 1;
        transform.Transform(real, imaginary);
        for (int j = 0; j < N; j++)
        {
            Assert.Equal(Math.Cos(2 * Math.PI * j / N), real[j], 1e-15);
            Assert.Equal(-Math.Sin(2 * Math.PI * j / N), imaginary[j], 1e-15);
        }

        Array.Fill(real, 1);
        Array.Clear(imaginary);
        transform.Transform(real, imaginary);
        Assert.Equal(N, real[0]);
        Assert.All(real.Skip(1).Concat(imaginary), value => Assert.Equal(0, value, 1e-14));
    }

    [Fact]
    public void Turns_have_the_cosine_and_sine_of_their_angle()
    {
        var random = new System.Random(3);
        foreach (double turns in Enumerable.Range(-16, 33).Select(i => i / 8.0).Concat(Enumerable.Range(0, 2000).Select(_ => (random.NextDouble() - 0.5) * 40)))
        {
            (double cos, double sin) = FourierTransform.Turn(turns);
            double angle = 2 * Math.PI * (turns - Math.Round(turns));
            Assert.Equal(Math.Cos(angle), cos, 4e-15);
            Assert.Equal(Math.Sin(angle), sin, 4e-15);
            Assert.Equal(1, (cos * cos) + (sin * sin), 4e-15);
        }
    }

    private static (double[] Real, double[] Imaginary) Random(int n, int seed)
    {
        var random = new System.Random(seed);
        double[] Numbers() => [.. Enumerable.Range(0, n).Select(_ => (2 * random.NextDouble()) - 1)];
        return (Numbers(), Numbers());
    }
}

using System.Globalization;

namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>Numbers n 10^e, written exactly.</summary>
internal static class Decimals
{
    /// <summary>The nearest double, as long as the power is one that doubles hold.</summary>
    public static double Value(long n, int exponent) => exponent switch
    {
        >= 0 => n * Math.Pow(10, exponent),
        >= -22 => n / Math.Pow(10, -exponent),
        _ => n * Math.Pow(10, exponent),
    };

    /// <summary>The power of ten of the first digit; n above 0.</summary>
    public static int Leading(long n, int exponent) => n.ToString(CultureInfo.InvariantCulture).Length - 1 + exponent;

    /// <summary>With -e decimals; 0 has none.</summary>
    public static string Text(long n, int exponent)
    {
        string digits = Math.Abs(n).ToString(CultureInfo.InvariantCulture);
        if (n == 0)
        {
            return "0";
        }

        if (exponent >= 0)
        {
            digits += new string('0', exponent);
        }
        else
        {
            digits = digits.PadLeft(1 - exponent, '0');
            digits = $"{digits[..^-exponent]}.{digits[^-exponent..]}";
        }

        return n < 0 ? "\u2212" + digits : digits;
    }

    /// <summary>Without needless zeros.</summary>
    public static string Trimmed(long n, int exponent)
    {
        while (exponent < 0 && n % 10 == 0)
        {
            (n, exponent) = (n / 10, exponent + 1);
        }

        return Text(n, exponent);
    }

    /// <summary>Markup of 10 to a power, behind <paramref name="sign"/>.</summary>
    public static string PowerOfTen(int exponent, string sign) => string.Create(CultureInfo.InvariantCulture, $"{sign}10^{{{exponent}}}");
}

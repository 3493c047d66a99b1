"""One plain form of a text, character by character: full width, case, traditional characters. Pure.

A folded text has the length of the original, so that a place in one is a place in the other.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: traditional characters, each followed by the simplified one
_TRADITIONAL = (
    "電电費费業业務务錶表號号戶户繳缴納纳單单據据發发補补償偿損损壞坏燒烧維维護护線线變变壓压網网絡络開开關关閘闸斷断連连續续"
    "臺台颱台區区門门窗窗樓楼層层棟栋號号鎮镇鄉乡縣县廠厂廣广場场東东車车樁桩充充儲储蓄蓄熱热氣气燈灯綫线纜缆桿杆塔塔箱箱櫃柜"
    "錢钱賬账帳账貴贵賤贱價价額额餘余虧亏賠赔償偿還还貸贷購购買买賣卖貨货資资貧贫質质質质責责貼贴賺赚賒赊贈赠贊赞"
    "時时間间鐘钟點点節节歷历曆历舊旧舊旧晝昼後后從从來来個个們们這这裡里裏里邊边過过進进遠远運运選选遞递適适遲迟遷迁邏逻"
    "請请問问說说話话語语讀读寫写記记計计訂订訴诉訊讯設设許许評评詢询試试該该詳详認认誤误調调談谈論论證证識识譯译議议讓让謝谢"
    "報报告告復复複复檢检驗验測测審审核核對对辦办處处理理執执勢势動动勞劳務务勝胜勵励協协單单參参雙双變变員员圖图國国園园"
    "圍围團团執执基基報报墻墙牆墙壞坏壓压報报塊块場场夠够夢梦學学實实寧宁寬宽寫写審审導导專专尋寻將将爾尔屬属歲岁幾几"
    "幣币帶带幫帮廢废廟庙應应強强彈弹彙汇錄录徑径徵征總总恆恒惡恶愛爱態态慣惯憂忧戲戏戰战戶户拋抛擁拥擔担據据揮挥換换損损"
    "擊击操操擋挡擴扩擺摆攝摄敗败敵敌數数斷断於于昇升暫暂曉晓書书會会條条極极構构槍枪樣样標标樹树橋桥機机橫横檔档櫻樱欄栏權权"
    "歡欢歐欧殘残殺杀氣气決决沒没況况淚泪淨净減减測测湊凑準准滅灭溝沟滿满漲涨漏漏潔洁濕湿濟济濫滥災灾無无煙烟煩烦燃燃爐炉爭争"
    "爺爷狀状獨独獎奖獲获現现環环產产畫画當当療疗癢痒發发皺皱盜盗監监盤盘著着睜睁礎础確确碼码磚砖禮礼禍祸種种稅税積积穩稳窮穷"
    "竊窃競竞筆笔節节範范築筑簡简簽签籌筹糧粮糾纠紀纪約约紅红紙纸級级細细終终組组結结絕绝給给統统經经綜综綠绿維维緊紧緒绪緣缘編编"
    "緩缓練练縣县縮缩總总績绩織织繞绕繼继續续罰罚羅罗義义習习聯联聲声聽听職职肅肃脈脉腦脑腳脚臉脸臨临舉举舊旧艦舰藝艺葉叶萬万藍蓝"
    "藥药蘇苏虛虚號号蟲虫術术衛卫衝冲補补裝装裡里製制複复褲裤見见規规視视親亲覺觉觀观觸触訓训託托詐诈詞词誰谁誠诚課课諒谅豐丰貓猫"
    "負负財财貪贪費费貿贸賀贺賃赁賓宾賞赏趕赶趙赵跡迹踐践蹤踪軍军軟软較较載载輕轻輛辆輪轮輸输轉转辭辞農农達达違违遞递邀邀郵邮鄰邻"
    "醫医釋释針针釣钓鈔钞鉛铅銀银銅铜銷销錯错鋼钢錢钱鍋锅鎖锁鏡镜鐵铁鑰钥長长閃闪閉闭閒闲閱阅隊队階阶際际陸陆陽阳陰阴陳陈隨随險险"
    "雜杂離离難难雲云霧雾靈灵靜静響响頁页項项順顺須须預预領领頻频題题額额願愿類类顧顾風风飛飞飯饭飲饮養养餓饿館馆馬马駐驻駕驾騙骗驗验"
    "驚惊髮发鬆松鬧闹魚鱼鳥鸟鹽盐麗丽麥麦黃黄黨党齊齐齡龄龍龙佈布併并並并係系倆俩倉仓側侧債债傷伤傳传僅仅價价億亿優优兒儿內内兩两"
    "冊册凍冻劃划創创劇剧勸劝匯汇區区卻却厭厌啟启喚唤嘗尝嚴严嘍喽媽妈婦妇孫孙寶宝尷尴屜屉嶺岭帥帅廳厅廈厦彎弯徹彻恥耻悶闷憑凭懶懒懷怀"
    "戀恋捨舍掃扫採采捲卷撥拨撫抚擠挤攜携攔拦敘叙晒晒曬晒棄弃棗枣樂乐檯台櫥橱殼壳氾泛汙污洩泄湧涌滲渗灣湾烏乌牽牵犧牺瑣琐瑪玛畢毕異异"
    "盡尽眾众礙碍祕秘稱称穀谷筍笋粵粤絲丝綁绑網网緻致繁繁罵骂聞闻膠胶興兴舖铺蔔卜薦荐蘋苹襯衬誌志謹谨貝贝賴赖躍跃輔辅辯辩迴回週周"
    "鄭郑釘钉鈴铃鏈链鑽钻閣阁陣阵雖虽雞鸡霉霉韓韩頂顶頓顿頭头顆颗顏颜顯显飄飘餐餐騷骚鬥斗鮮鲜麼么麽么點点鼓鼓鑒鉴鑑鉴"
)
_SIMPLIFIED = {_TRADITIONAL[n]: _TRADITIONAL[n + 1] for n in range(0, len(_TRADITIONAL), 2)}
#: a stretch of Chinese characters, or of letters and digits
_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff]+|[a-z0-9][a-z0-9.\-]*[a-z0-9]|[a-z0-9]")
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff]")


def _as_it_is() -> str:
    """Return, as ranges of a pattern, the Chinese characters that stay what they are."""
    ranges, low = [], 0x4E00
    for code in sorted(ord(char) for char, plain in _SIMPLIFIED.items() if char != plain):
        if code > low:
            ranges.append(f"{chr(low)}-{chr(code - 1)}")
        low = max(low, code + 1)
    return "".join([*ranges, f"{chr(low)}-\u9fff"])


#: a character that may have another form: nearly all of a text has none and is passed over at once
_ODD = re.compile(f"[^a-z0-9 \n。、{_as_it_is()}]")


class _Table(dict[str, str]):
    """What each character becomes, worked out when it is first met."""

    def __missing__(self, char: str) -> str:
        plain = unicodedata.normalize("NFKC", char).casefold()
        if len(plain) != 1:
            plain = char
        self[char] = found = _SIMPLIFIED.get(plain, plain)
        return found


_table = _Table()


def fold(text: str) -> str:
    """Return the plain form, of the same length."""
    return _ODD.sub(lambda odd: _table[odd[0]], text)


#: the same, kept for the texts that are found again and again
folded = lru_cache(maxsize=20_000)(fold)


def runs(folded: str) -> list[tuple[int, str]]:
    """Return the stretches of a folded text that carry meaning, each with its place: Chinese, or letters and digits."""
    return [(found.start(), found[0]) for found in _RUN.finditer(folded)]


def is_chinese(char: str) -> bool:
    """Say whether a run (by its first character) is Chinese."""
    return bool(_CHINESE.match(char))

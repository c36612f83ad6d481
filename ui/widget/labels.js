// A language -> the widget's own words in it. What the assistant says comes from the server.

const NAMES = 'open|close|title|input|placeholder|send|stop|remove|good|bad|busy|again|failed|lost|sources|changed|person|cart|renew|greeting|held|log|compared|rated|you|assistant'.split('|');

const WORDS = {
  en: 'Open chat|Close chat|Shop assistant|Your message|I’m looking for …|Send|Stop|Remove {}|Good answer|Bad answer|The assistant is looking|Try again|That did not work. Please try again.|Connection lost. Trying again …|From our answers:|You changed the search|A person answers your next message.|Add to cart|New chat|What can I find for you?|What you asked for|Conversation|Comparison|rated {}|You|Assistant',
  de: 'Chat öffnen|Chat schließen|Einkaufsberatung|Ihre Nachricht|Ich suche …|Senden|Stopp|{} entfernen|Gute Antwort|Schlechte Antwort|Ich sehe nach|Noch einmal|Das hat nicht geklappt. Bitte noch einmal versuchen.|Verbindung verloren. Neuer Versuch …|Aus unseren Antworten:|Sie haben die Suche geändert|Ihre nächste Nachricht beantwortet ein Mensch.|In den Warenkorb|Neuer Chat|Was darf ich für Sie finden?|Was Sie suchen|Gespräch|Vergleich|Bewertung {}|Sie|Beratung',
  fr: 'Ouvrir le chat|Fermer le chat|Conseiller d’achat|Votre message|Je cherche …|Envoyer|Arrêter|Retirer {}|Bonne réponse|Mauvaise réponse|Recherche en cours|Réessayer|Cela n’a pas marché. Veuillez réessayer.|Connexion perdue. Nouvel essai …|De nos réponses :|Vous avez modifié la recherche|Une personne répondra à votre prochain message.|Ajouter au panier|Nouveau chat|Que puis-je trouver pour vous ?|Vos critères|Conversation|Comparaison|note {}|Vous|Conseiller',
  es: 'Abrir el chat|Cerrar el chat|Asistente de compras|Tu mensaje|Busco …|Enviar|Parar|Quitar {}|Buena respuesta|Mala respuesta|Buscando|Reintentar|No ha funcionado. Inténtalo de nuevo.|Sin conexión. Reintentando …|De nuestras respuestas:|Has cambiado la búsqueda|Una persona responderá a tu próximo mensaje.|Añadir al carrito|Nuevo chat|¿Qué puedo encontrar para ti?|Lo que pediste|Conversación|Comparación|valoración {}|Tú|Asistente',
  it: 'Apri la chat|Chiudi la chat|Assistente acquisti|Il tuo messaggio|Cerco …|Invia|Ferma|Rimuovi {}|Buona risposta|Risposta sbagliata|Sto cercando|Riprova|Non ha funzionato. Riprova.|Connessione persa. Nuovo tentativo …|Dalle nostre risposte:|Hai cambiato la ricerca|Una persona risponderà al tuo prossimo messaggio.|Aggiungi al carrello|Nuova chat|Che cosa posso trovarti?|I tuoi criteri|Conversazione|Confronto|voto {}|Tu|Assistente',
  pt: 'Abrir o chat|Fechar o chat|Assistente de compras|A sua mensagem|Procuro …|Enviar|Parar|Remover {}|Boa resposta|Má resposta|A procurar|Tentar de novo|Não funcionou. Tente de novo.|Ligação perdida. A tentar de novo …|Das nossas respostas:|Alterou a pesquisa|Uma pessoa responderá à sua próxima mensagem.|Adicionar ao carrinho|Novo chat|O que posso encontrar para si?|O que pediu|Conversa|Comparação|avaliação {}|Você|Assistente',
  nl: 'Chat openen|Chat sluiten|Winkelassistent|Uw bericht|Ik zoek …|Versturen|Stop|{} verwijderen|Goed antwoord|Slecht antwoord|Ik kijk even|Opnieuw|Dat lukte niet. Probeer het opnieuw.|Verbinding verbroken. Nieuwe poging …|Uit onze antwoorden:|U hebt de zoekopdracht gewijzigd|Een medewerker beantwoordt uw volgende bericht.|In winkelwagen|Nieuwe chat|Wat kan ik voor u vinden?|Wat u zoekt|Gesprek|Vergelijking|beoordeling {}|U|Assistent',
  pl: 'Otwórz czat|Zamknij czat|Asystent zakupów|Twoja wiadomość|Szukam …|Wyślij|Zatrzymaj|Usuń {}|Dobra odpowiedź|Zła odpowiedź|Szukam|Spróbuj ponownie|Nie udało się. Spróbuj ponownie.|Utracono połączenie. Ponawiam …|Z naszych odpowiedzi:|Zmieniono wyszukiwanie|Na następną wiadomość odpowie człowiek.|Dodaj do koszyka|Nowy czat|Czego szukasz?|Twoje kryteria|Rozmowa|Porównanie|ocena {}|Ty|Asystent',
  tr: 'Sohbeti aç|Sohbeti kapat|Alışveriş asistanı|Mesajınız|Aradığım …|Gönder|Durdur|Kaldır: {}|İyi yanıt|Kötü yanıt|Bakıyorum|Tekrar dene|Olmadı. Lütfen tekrar deneyin.|Bağlantı koptu. Tekrar deneniyor …|Yanıtlarımızdan:|Aramayı değiştirdiniz|Sonraki mesajınızı bir kişi yanıtlayacak.|Sepete ekle|Yeni sohbet|Sizin için ne bulabilirim?|İstedikleriniz|Konuşma|Karşılaştırma|puan {}|Siz|Asistan',
  ar: 'فتح المحادثة|إغلاق المحادثة|مساعد التسوق|رسالتك|أبحث عن …|إرسال|إيقاف|إزالة {}|إجابة جيدة|إجابة سيئة|جارٍ البحث|حاول مجددًا|لم ينجح ذلك. حاول مجددًا.|انقطع الاتصال. تجري المحاولة …|من إجاباتنا:|غيّرت البحث|سيرد شخص على رسالتك التالية.|أضف إلى السلة|محادثة جديدة|عمّ أبحث لك؟|ما طلبته|المحادثة|مقارنة|التقييم {}|أنت|المساعد',
  ja: 'チャットを開く|チャットを閉じる|ショップアシスタント|メッセージ|お探しのものは…|送信|停止|{} を外す|良い回答|良くない回答|検索中です|もう一度|うまくいきませんでした。もう一度お試しください。|接続が切れました。再試行中…|よくある質問より:|条件を変更しました|次のメッセージには担当者がお答えします。|カートに入れる|新しいチャット|何をお探しですか?|ご希望の条件|会話|比較|評価 {}|あなた|アシスタント',
  zh: '打开聊天|关闭聊天|购物助手|您的消息|我在找…|发送|停止|移除 {}|回答不错|回答不好|正在查找|重试|未能完成,请重试。|连接已断开,正在重试…|来自我们的解答:|您更改了搜索条件|您的下一条消息将由人工回复。|加入购物车|新聊天|想找点什么?|您的要求|对话|比较|评分 {}|您|助手',
};

const RIGHT_TO_LEFT = /^(ar|fa|he|ur)\b/;

// The words of a language ("de-CH"), English where there are none; `own` ones go first.
export function labelsOf(language, own) {
  const words = (WORDS[language.slice(0, 2).toLowerCase()] || WORDS.en).split('|');
  const labels = {};
  for (let at = 0; at < NAMES.length; at += 1) {
    const name = NAMES[at];
    labels[name] = own && Object.hasOwn(own, name) ? String(own[name]) : words[at];
  }
  return labels;
}

export function directionOf(language) {
  return RIGHT_TO_LEFT.test(language) ? 'rtl' : 'ltr';
}
